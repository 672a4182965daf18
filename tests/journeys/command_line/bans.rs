use super::{Installation, fails};

#[test]
fn devices_and_networks_are_banned_and_let_in_again() {
    let installation = Installation::new();
    let banned = installation.says(&["bans", "add", "203.0.113.9/24", "--for", "24h", "--reason", "spam"]);
    assert!(banned.contains("203.0.113.0/24 is banned (number 1)"), "{banned}");
    let list = installation.says(&["bans", "list"]);
    assert!(list.contains("203.0.113.0/24") && list.contains("spam"), "{list}");
    for (arguments, said) in [
        (["bans", "add", "203.0.113.0/24"], "banned already"),
        (["bans", "add", "0.0.0.0/0"], "wider than"),
        (["bans", "add", "alice"], "no device id"),
        (["bans", "lift", "7"], "no such"),
    ] {
        let refused = fails(&mut installation.command(&arguments));
        assert!(refused.contains(said), "{arguments:?}: {refused}");
    }
    installation.says(&["bans", "lift", "1"]);
    assert_eq!(installation.says(&["bans", "list"]).lines().count(), 1);
}
