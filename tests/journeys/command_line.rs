mod bans;

use sqlx::{Connection as _, Executor as _, SqliteConnection};
use usher_crypto::SaltedSignatures;
use usher_domain::{SignedClaim, Timestamp};

use super::program::{Installation, fails};
use crate::support::SALT;

const DEVICE: &str = "8d1a344c-bf16-5425-adbc-d12f49cfa332";

#[test]
fn sign_prints_what_a_client_sends() {
    let installation = Installation::new();
    let at = "1752835449008";
    let said = installation.says(&["sign", "--device", DEVICE, "--timestamp", at, "--data", "note=it's"]);
    let claim =
        SignedClaim { device: DEVICE.to_owned(), at: Timestamp::from_millis(at.parse().expect("a number")) };
    let signature = SaltedSignatures::new([SALT.to_owned()]).sign(&claim).expect("a salt");
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some(format!("X-Security-Sign: {signature}").as_str()));
    let curl = lines.next().expect("a curl line");
    assert!(curl.starts_with("curl ") && curl.contains("/api/visitorRegister"), "{curl}");
    assert!(curl.contains(&signature.to_string()) && curl.contains(r"'note=it'\''s'"), "{curl}");
    let refused = fails(&mut installation.command(&["sign", "--device", "short"]));
    assert!(refused.contains("36"), "{refused}");
}

#[test]
fn users_are_listed_shown_and_switched() {
    let installation = Installation::new();
    let said = installation.says(&["demo", "--users", "9"]);
    assert!(said.contains("9 people"), "{said}");
    let list = installation.says(&["user", "list", "--limit", "5"]);
    assert_eq!(list.lines().count(), 6, "{list}");
    let users = installation.says(&["user", "list", "--role", "user"]);
    assert_eq!(users.lines().count(), 4, "{users}");
    let next = installation.says(&["user", "list", "--before", "3"]);
    assert_eq!(next.lines().count(), 3, "{next}");

    let shown = installation.says(&["user", "show", "1"]);
    let field = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).expect("a field");
        line.split_whitespace().last().expect("a value").to_owned()
    };
    for name in [field("uuid"), field("username"), format!("@{}", field("username").to_uppercase())] {
        assert_eq!(installation.says(&["user", "show", &name]), shown);
    }
    // The command prints the device id, and the audit log records it.
    assert_eq!(field("device").chars().count(), 9, "{shown}");
    let whole = installation.says(&["user", "show", "1", "--reveal"]);
    let device = whole.lines().find(|line| line.starts_with("device")).expect("a device").to_owned();
    assert!(device.ends_with(|c: char| c.is_ascii_hexdigit()) && device.len() == 11 + 36, "{whole}");
    assert!(installation.says(&["audit", "list", "--limit", "1"]).contains("device-ids-shown"));
    installation.says(&["user", "disable", "1"]);
    installation.says(&["user", "disable", "1"]);
    assert_eq!(installation.says(&["user", "list", "--status", "disabled"]).lines().count(), 2);
    installation.says(&["user", "enable", "1"]);
    let nobody = fails(&mut installation.command(&["user", "disable", "nobody"]));
    assert!(nobody.contains("no such user"), "{nobody}");
}

#[tokio::test]
async fn a_demo_adds_to_what_is_there_and_is_counted() {
    let installation = Installation::new();
    for _ in 0..2 {
        let said = installation.says(&["demo", "--users", "601"]);
        assert!(said.contains("601 people"), "{said}");
    }
    let url = format!("sqlite://{}", installation.data().join("usher.db").display());
    let mut database = SqliteConnection::connect(&url).await.expect("a connection");
    for (what, many) in [
        ("FROM users", 1_202),
        ("FROM users WHERE role = 'user'", 402),
        ("FROM devices JOIN users ON users.id = user_id WHERE first_seen_at = registered_at", 1_202),
        ("FROM users WHERE status = 0 AND deleted_at IS NULL", 60),
        ("FROM users WHERE deleted_at IS NOT NULL", 26),
        ("FROM username_search WHERE username_search MATCH 'wang_fang'", 34),
    ] {
        let query = sqlx::AssertSqlSafe(format!("SELECT count(*) {what}"));
        let count: i64 = sqlx::query_scalar(query).fetch_one(&mut database).await.expect(what);
        assert_eq!(count, many, "{what}");
    }
    // What the dashboard shows; of today there are the people themselves.
    for (what, many) in [
        ("sum(number) FROM statistics WHERE measure = 'visitors'", 1_202),
        ("sum(number) FROM statistics WHERE measure = 'upgrades'", 402),
        ("sum(number) FROM statistics WHERE measure = 'platform'", 1_202),
        ("sum(number) FROM statistics WHERE measure = 'log_ins'", 601),
        ("sum(number) FROM statistics WHERE measure = 'refused'", 80),
        (
            "sum(number) + (SELECT count(*) FROM active_people) FROM statistics WHERE measure = 'active'",
            1_202,
        ),
    ] {
        let query = sqlx::AssertSqlSafe(format!("SELECT {what}"));
        let sum: i64 = sqlx::query_scalar(query).fetch_one(&mut database).await.expect(what);
        assert_eq!(sum, many, "{what}");
    }
}

#[tokio::test]
async fn the_audit_log_is_shown_and_checked() {
    let installation = Installation::new();
    installation.says(&["demo", "--users", "3"]);
    for command in ["disable", "enable", "delete", "restore"] {
        installation.says(&["user", command, "1"]);
    }
    let list = installation.says(&["audit", "list"]);
    assert!(
        list.lines().count() == 5 && list.contains("user-restored") && list.contains("(machine)"),
        "{list}"
    );
    let intact = installation.says(&["audit", "verify"]);
    let noted = intact.lines().nth(1).expect("the end of the chain").to_owned();
    fails(&mut installation.command(&["user", "disable", "nobody"]));
    let latest = installation.says(&["audit", "list", "--limit", "1"]);
    assert!(latest.contains("refused") && latest.contains("Disable { name: \"nobody\" }"), "{latest}");
    installation.says(&["audit", "verify", "--noted", &noted]);

    // Somebody who can write into the database covers up what they did.
    let url = format!("sqlite://{}", installation.data().join("usher.db").display());
    let mut database = SqliteConnection::connect(&url).await.expect("a connection");
    let cover = "UPDATE audit SET actor = 'ben' WHERE number = 2";
    assert!(database.execute(cover).await.is_err(), "a trigger is in the way");
    database.execute("DROP TRIGGER audit_is_not_edited").await.expect("a change");
    database.execute(cover).await.expect("a change");
    let broken = fails(&mut installation.command(&["audit", "verify"]));
    assert!(broken.contains("entry 2 is missing, added or not as it was written"), "{broken}");
}

#[test]
fn a_password_is_set_from_standard_input() {
    let installation = Installation::new();
    installation.says(&["demo", "--users", "2"]);
    assert!(installation.told(&["user", "set-password", "1"], "hunter22\n").status.success());
    let short = installation.told(&["user", "set-password", "1"], "short\n");
    assert!(!short.status.success() && String::from_utf8_lossy(&short.stderr).contains("6 to 20"));
    let common = installation.told(&["user", "set-password", "1"], "123456\n");
    assert!(!common.status.success() && String::from_utf8_lossy(&common.stderr).contains("too common"));
    let visitor = installation.told(&["user", "set-password", "2"], "hunter22\n");
    assert!(!visitor.status.success() && String::from_utf8_lossy(&visitor.stderr).contains("visitor"));
}

#[test]
fn the_configuration_is_shown_without_secrets_and_checked() {
    let installation = Installation::new();
    let shown = installation.says(&["config", "show"]);
    assert!(shown.contains("per_device = \"5/1h\"") && !shown.contains(SALT), "{shown}");
    installation.says(&["config", "check"]);
    for (name, value, hint) in [
        ("USHER_HTTP__LISTEN", "0.0.0.0:0", "loopback"),
        ("USHER_LIMITS__PER_DEVICE", "many", "5/1h"),
        ("USHER_HTPP__LISTEN", "127.0.0.1:0", "htpp"),
        ("USHER_TOKENS__KEY", "short", "32"),
        ("USHER_ADMIN__ENCRYPTION_KEY", "short", "32"),
        ("USHER_ADMIN__REQUIRE_SECOND_FACTOR", "some", "owners"),
    ] {
        let said = fails(installation.command(&["config", "check"]).env(name, value));
        assert!(said.contains(hint), "{name}={value}: {said}");
    }
}

#[test]
fn a_server_beyond_this_machine_has_a_password() {
    let installation = Installation::new();
    let check = |url: &str, accept: bool| {
        let mut command = installation.command(&["config", "check"]);
        command.env("USHER_DATABASE__URL", "postgres://user:password@host/name");
        command.env("USHER_TOKENS__KEY", "0123456789abcdef0123456789abcdef").env("USHER_REDIS__URL", url);
        command.env("USHER_REDIS__ACCEPT_NO_PASSWORD", accept.to_string()).output().expect("the program")
    };
    for url in ["redis://redis:6379", "redis://usher@10.0.0.1", "rediss://redis.example"] {
        let refused = check(url, false);
        assert!(!refused.status.success(), "{url}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("redis.accept_no_password"), "{refused:?}");
        let accepted = check(url, true);
        assert!(accepted.status.success(), "{accepted:?}");
        assert!(String::from_utf8_lossy(&accepted.stdout).contains("note: redis.url has no password"));
    }
    let local = check("redis://127.0.0.1:6379", false);
    assert!(
        local.status.success() && String::from_utf8_lossy(&local.stdout).contains("no password"),
        "{local:?}"
    );
    let safe = check("rediss://usher:password@redis.example", false);
    let said = String::from_utf8_lossy(&safe.stdout).into_owned();
    assert!(safe.status.success() && !said.contains("no password"), "{said}");
    assert!(said.contains("note: admin.encryption_key is not set"), "{said}");
}

#[test]
fn migrating_twice_is_migrating_once() {
    let installation = Installation::new();
    let dump = || {
        let database = rusqlite::Connection::open(installation.data().join("usher.db")).expect("a database");
        let mut rows = Vec::new();
        for query in [
            "SELECT type || name || tbl_name || coalesce(sql, '') FROM sqlite_schema ORDER BY 1",
            "SELECT version || hex(checksum) || installed_on FROM _sqlx_migrations ORDER BY 1",
            "SELECT name FROM administrators ORDER BY 1",
        ] {
            let mut statement = database.prepare(query).expect("a statement");
            let texts = statement.query_map([], |row| row.get::<_, String>(0)).expect("rows");
            rows.push(texts.collect::<Result<Vec<_>, _>>().expect("texts"));
        }
        rows
    };
    installation.says(&["migrate"]);
    assert!(installation.told(&["admin", "create", "ann"], "correct horse\n").status.success());
    let before = dump();
    assert!(before.iter().all(|rows| !rows.is_empty()), "{before:?}");
    assert_eq!(installation.says(&["migrate"]), "the database is up to date\n");
    assert_eq!(dump(), before);
}

#[test]
fn administrators_are_added_reset_listed_and_removed() {
    let installation = Installation::new();
    let told = |arguments: &[&str], input: &str| {
        let output = installation.told(arguments, input);
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).expect("text"))
    };
    let (added, said) = told(&["admin", "create", "Ann", "--role", "owner"], "correct horse\n");
    assert!(added && said.contains("ann is there, as owner"), "{said}");
    let (again, said) = told(&["admin", "create", "ann"], "correct horse\n");
    assert!(!again && said.contains("taken"), "{said}");
    let (short, said) = told(&["admin", "create", "bob"], "short\n");
    assert!(!short && said.contains("8 to 128"), "{said}");
    let (common, said) = told(&["admin", "create", "bob"], "password\n");
    assert!(!common && said.contains("too common"), "{said}");
    assert!(told(&["admin", "create", "bob"], "battery staple\n").0);
    let list = installation.says(&["admin", "list"]);
    let lines: Vec<_> =
        list.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines, [["owner", "ann", "never"], ["operator", "bob", "never"]]);
    assert!(told(&["admin", "reset", "bob"], "another staple\n").0);
    installation.says(&["admin", "remove", "bob"]);
    let kept = fails(&mut installation.command(&["admin", "remove", "ann"]));
    assert!(kept.contains("last owner"), "{kept}");
    let nobody = fails(&mut installation.command(&["admin", "remove", "nobody"]));
    assert!(nobody.contains("no such"), "{nobody}");
}

#[test]
fn another_installations_pictures_are_swept_with_a_word_of_the_operator_only() {
    let shared = tempfile::tempdir().expect("a directory");
    let (ours, other) = (Installation::new(), Installation::new());
    let run = |installation: &Installation, arguments: &[&str]| {
        let mut command = installation.command(arguments);
        let output = command.env("USHER_AVATARS__DIRECTORY", shared.path()).output().expect("the program");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let taken = run(&ours, &["avatars", "sweep", "--yes"]);
    assert!(taken.starts_with("0 unused pictures are deleted"), "{taken}");
    let mark = std::fs::read_to_string(shared.path().join("installation")).expect("a mark");
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_hours(24);
    for number in 0..30 {
        let file = std::fs::File::create(shared.path().join(format!("{number:032x}.jpg"))).expect("a file");
        file.set_modified(long_ago).expect("a time");
    }
    let counted = run(&other, &["avatars", "sweep"]);
    assert!(counted.starts_with("30 of 30 pictures"), "{counted}");
    assert!(counted.contains(&format!("belongs to installation {}, and this is", mark.trim())), "{counted}");
    assert_eq!(std::fs::read_dir(shared.path()).expect("a directory").count(), 31);
    let swept = run(&other, &["avatars", "sweep", "--yes"]);
    assert!(swept.starts_with("30 unused pictures are deleted"), "{swept}");
    assert_eq!(std::fs::read_dir(shared.path()).expect("a directory").count(), 1);
    let noted = run(&other, &["audit", "list"]);
    let entry = noted.lines().find(|line| line.contains("pictures-swept")).expect("an entry");
    assert!(entry.trim_end().ends_with(" 30"), "{noted}");
    let counted = run(&ours, &["avatars", "sweep"]);
    assert!(counted.contains("0 of 0 pictures") && counted.contains("belongs to installation"), "{counted}");
}

#[test]
fn a_purge_says_what_it_would_remove() {
    let installation = Installation::new();
    installation.says(&["demo", "--users", "2"]);
    installation.says(&["user", "delete", "1"]);
    // It was deleted a moment ago, and is kept for a month.
    for arguments in [&["user", "purge"][..], &["user", "purge", "--yes"]] {
        let said = installation.says(arguments);
        assert!(said.starts_with("0 deleted users"), "{said}");
    }
    installation.says(&["user", "restore", "1"]);
}
