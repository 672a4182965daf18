use std::sync::Arc;

use usher_domain::{FoundUser, Keyword, Status, User, UserId};

use super::super::{UNKNOWN_USER, a_user_called, a_visitor, set_status, upgraded};
use crate::outbound::UserRepository;

/// A searcher who is none of those to be found.
const SEARCHER: UserId = UNKNOWN_USER;

async fn search(users: &Arc<dyn UserRepository>, typed: &str, limit: u32) -> Vec<FoundUser> {
    let keyword = Keyword::parse(typed).expect("a keyword");
    users.search(&keyword, SEARCHER, limit).await.expect("a search")
}

/// The names that are found, sorted.
async fn names(users: &Arc<dyn UserRepository>, typed: &str) -> Vec<String> {
    let found = search(users, typed, 100).await;
    let mut names: Vec<_> = found.into_iter().map(|user| user.username.as_str().to_owned()).collect();
    names.sort_unstable();
    names
}

async fn register(users: &Arc<dyn UserRepository>, names: &[&str]) -> Vec<User> {
    let mut registered = Vec::new();
    for name in names {
        registered.push(a_user_called(users, name).await);
    }
    registered
}

/// Every substring of a name finds it, and no other name.
pub async fn finds_any_substring_of_a_name(users: &Arc<dyn UserRepository>) {
    register(users, &["zebra_42", "Quick_Fox", "0000"]).await;
    let name = "zebra_42";
    for start in 0..name.len() {
        for end in start + 1..=name.len() {
            let part = &name[start..end];
            let both = "quick_fox".contains(part);
            let expected: &[&str] = if both { &["Quick_Fox", "zebra_42"] } else { &["zebra_42"] };
            assert_eq!(names(users, part).await, expected, "{part}");
        }
    }
}

/// One character is enough, and so are two, wherever in the name they stand, also at its end.
pub async fn finds_one_and_two_characters_also_at_the_end(users: &Arc<dyn UserRepository>) {
    register(users, &["abcxyz", "xyabcd", "qqqq"]).await;
    for (typed, expected) in [
        ("z", vec!["abcxyz"]),
        ("yz", vec!["abcxyz"]),
        ("d", vec!["xyabcd"]),
        ("cd", vec!["xyabcd"]),
        ("xy", vec!["abcxyz", "xyabcd"]),
        ("a", vec!["abcxyz", "xyabcd"]),
        ("zx", vec![]),
        ("za", vec![]),
    ] {
        assert_eq!(names(users, typed).await, expected, "{typed}");
    }
}

/// Neither the case of the name nor that of the keyword matters, nor its width.
pub async fn finds_names_in_any_case(users: &Arc<dyn UserRepository>) {
    register(users, &["AliceInChains"]).await;
    for typed in ["alice", "ALICE", "eInC", "EINC", "s", "S", "NS", "ＡＬＩＣＥ", "aliceinchains"] {
        assert_eq!(names(users, typed).await, ["AliceInChains"], "{typed}");
    }
}

/// `%`, `_` and their like stand for themselves.
pub async fn takes_wildcards_as_characters(users: &Arc<dyn UserRepository>) {
    register(users, &["under_score", "underscore", "100%sure", "star*fish", "back\\slash", "what?"]).await;
    for (typed, expected) in [
        ("_", vec!["under_score"]),
        ("r_s", vec!["under_score"]),
        ("r_score", vec!["under_score"]),
        ("%", vec!["100%sure"]),
        ("0%s", vec!["100%sure"]),
        ("u%e", vec![]),
        ("__", vec![]),
        ("_____", vec![]),
        ("*", vec!["star*fish"]),
        ("r*f", vec!["star*fish"]),
        ("\\", vec!["back\\slash"]),
        ("\\s", vec!["back\\slash"]),
        ("k\\slash", vec!["back\\slash"]),
        ("\\_", vec![]),
        ("\\%", vec![]),
        ("?", vec!["what?"]),
        ("hat?", vec!["what?"]),
        ("wha?", vec![]),
    ] {
        assert_eq!(names(users, typed).await, expected, "{typed}");
    }
}

/// What search languages would read as more than characters.
#[rustfmt::skip]
const OPERATORS: [&str; 57] = [
    "ali*", "-alice", "^ali", "+alice", "(alice)", "(ali", "ali)", "username_key:alice", "name : x",
    "alice OR bobby", "alice AND bobby", "alice NOT bobby", "NEAR(alice bobby)", "\"alice\"", "\"ali",
    "ali\"", "\"\"", "\"\"\"", "'alice'", "';--", "' OR ''='", "{alice}", "[ali]", "alice;", "$1", "?1",
    ":alice", "@alice", "#{alice}", "al ice", " ", "  ", "   ", ".", "..", ".*", "...", "|", "&", "<->",
    "ali:*", "~ali", "<ali", ">ali", "=", "@", "@@", "(", ")", "()", "-", "--", "/*", "*/", "^", "^a", ":",
];

/// What means something to a search engine or a database is text like any other, and finds the users who have it.
pub async fn takes_operators_as_characters(users: &Arc<dyn UserRepository>) {
    register(users, &["alice", "bobby", "andover", "oregon", "nearby", "nothing", "a\"b'c"]).await;
    for typed in OPERATORS {
        assert_eq!(names(users, typed).await, Vec::<String>::new(), "{typed}");
    }
    for (typed, expected) in [
        ("AND", "andover"),
        ("or", "oregon"),
        ("NEAR", "nearby"),
        ("NOT", "nothing"),
        ("\"", "a\"b'c"),
        ("\"b", "a\"b'c"),
        ("a\"b", "a\"b'c"),
        ("'", "a\"b'c"),
        ("b'c", "a\"b'c"),
    ] {
        assert_eq!(names(users, typed).await, [expected], "{typed}");
    }
}

/// Characters of all scripts are characters.
pub async fn takes_any_script(users: &Arc<dyn UserRepository>) {
    register(users, &["用户名称", "Ünïcödé", "smile😀y", "plain"]).await;
    for (typed, expected) in [
        ("用", "用户名称"),
        ("称", "用户名称"),
        ("名称", "用户名称"),
        ("用户名", "用户名称"),
        ("É", "Ünïcödé"),
        ("dé", "Ünïcödé"),
        ("ÜNÏ", "Ünïcödé"),
        ("😀", "smile😀y"),
        ("😀Y", "smile😀y"),
        ("le😀", "smile😀y"),
    ] {
        assert_eq!(names(users, typed).await, [expected], "{typed}");
    }
    for typed in
        ["户用", "é😀", "ß", "ёж", "u", "uni", "😀😀", "😁", "\u{10ffff}", "\u{301}", "\u{200d}x", "\u{202e}"]
    {
        assert!(
            !names(users, typed).await.iter().any(|name| !name.to_lowercase().contains(typed)),
            "{typed}"
        );
    }
}

/// Who is called exactly that comes first, however many others have it in their names, and only once.
pub async fn puts_the_exact_name_first(users: &Arc<dyn UserRepository>) {
    for n in 0..30 {
        a_user_called(users, &format!("anna_{n}")).await;
    }
    let anna = a_user_called(users, "Anna").await;
    for limit in [1, 2, 20, 100] {
        let found = search(users, "aNNA", limit).await;
        assert_eq!(found[0].id, anna.id);
        assert_eq!(found.iter().filter(|user| user.id == anna.id).count(), 1);
        assert_eq!(found.len(), usize::min(limit as usize, 31));
    }
}

/// No more are found than wanted, each once, and all of them if there is room.
pub async fn finds_at_most_the_limit(users: &Arc<dyn UserRepository>) {
    for n in 10..35 {
        a_user_called(users, &format!("aaaa_aaaa_{n}")).await;
    }
    for typed in ["a", "aa", "aaa", "aaaa_"] {
        for (limit, expected) in [(1, 1), (20, 20), (25, 25), (100, 25)] {
            let mut ids: Vec<_> = search(users, typed, limit).await.into_iter().map(|user| user.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), expected, "{typed}");
        }
    }
}

/// Who searches does not find themselves, not even by the exact name.
pub async fn does_not_find_the_searcher(users: &Arc<dyn UserRepository>) {
    let [alice, alicia] = &register(users, &["alice", "alicia"]).await[..] else { unreachable!("two") };
    for typed in ["a", "al", "ali", "alice"] {
        let keyword = Keyword::parse(typed).expect("a keyword");
        let found = users.search(&keyword, alice.id, 10).await.expect("a search");
        assert!(found.iter().all(|user| user.id == alicia.id), "{typed}");
        assert_eq!(found.len(), usize::from(typed != "alice"), "{typed}");
    }
}

/// Visitors are not found.
pub async fn does_not_find_visitors(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    for typed in ["v", "VI", "VIS", visitor.username.as_str()] {
        assert_eq!(search(users, typed, 10).await, [], "{typed}");
    }
}

/// Only enabled users are found; one who is enabled again is found again.
pub async fn finds_only_enabled_users(users: &Arc<dyn UserRepository>) {
    let user = a_user_called(users, "alice").await;
    for status in [Status::Disabled, Status::Locked] {
        set_status(users, &user, status).await;
        for typed in ["a", "ce", "lic", "alice"] {
            assert_eq!(search(users, typed, 10).await, [], "{typed}");
        }
        set_status(users, &user, Status::Enabled).await;
        assert_eq!(names(users, "lic").await, ["alice"]);
    }
}

/// An upgraded visitor is found by the new name and not by the old one.
pub async fn finds_an_upgraded_visitor_by_the_new_name_only(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    upgraded(users, &visitor, "zoomer").await;
    for typed in ["z", "er", "oom", "zoomer"] {
        assert_eq!(names(users, typed).await, ["zoomer"], "{typed}");
    }
    for typed in ["v", "VI", "VIS", visitor.username.as_str()] {
        assert_eq!(search(users, typed, 10).await, [], "{typed}");
    }
}

/// A found user is shown by the public view.
pub async fn shows_found_users(users: &Arc<dyn UserRepository>) {
    let user = a_user_called(users, "Alice").await;
    let shown = FoundUser {
        id: user.id,
        uuid: user.uuid,
        username: user.username,
        nickname: user.nickname,
        avatar: user.avatar,
        role: user.role,
    };
    for typed in ["l", "lic", "alice"] {
        assert_eq!(search(users, typed, 10).await, std::slice::from_ref(&shown), "{typed}");
    }
}
