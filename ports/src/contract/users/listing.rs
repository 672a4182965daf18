use std::sync::Arc;

use usher_domain::{Keyword, Role, Status, User, UserId};

use super::super::{a_user, a_user_called, a_visitor, set_status};
use crate::outbound::{UserFilter, UserRepository};

async fn ids(
    users: &Arc<dyn UserRepository>,
    filter: &UserFilter,
    before: Option<UserId>,
    limit: u32,
) -> Vec<UserId> {
    users.list(filter, before, limit).await.expect("a list").into_iter().map(|user| user.id).collect()
}

fn newest_first<'a>(users: impl IntoIterator<Item = &'a User>) -> Vec<UserId> {
    let mut ids: Vec<_> = users.into_iter().map(|user| user.id).collect();
    ids.reverse();
    ids
}

/// Everybody is listed as they are, the newest first.
pub async fn lists_everybody_newest_first(users: &Arc<dyn UserRepository>) {
    let (alice, visitor, bob) = (a_user(users).await, a_visitor(users).await, a_user(users).await);
    let barred = set_status(users, &alice, Status::Disabled).await;
    let everybody = users.list(&UserFilter::default(), None, 10).await.expect("a list");
    assert_eq!(everybody, [bob, visitor, barred]);
}

/// Going on below the last id of each page leads to everybody once.
pub async fn lists_page_by_page(users: &Arc<dyn UserRepository>) {
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(a_user(users).await);
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = ids(users, &UserFilter::default(), before, 2).await;
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        before = Some(*last);
        seen.extend(page);
    }
    assert_eq!(seen, newest_first(&all));
}

/// Only those of the wanted role and status are listed.
pub async fn lists_by_role_and_status(users: &Arc<dyn UserRepository>) {
    let (visitor, user) = (a_visitor(users).await, a_user(users).await);
    let (barred_visitor, barred_user) = (a_visitor(users).await, a_user(users).await);
    for barred in [&barred_visitor, &barred_user] {
        set_status(users, barred, Status::Disabled).await;
    }
    let list = async |role, status| ids(users, &UserFilter { role, status, name: None }, None, 10).await;
    assert_eq!(list(Some(Role::Visitor), None).await, newest_first([&visitor, &barred_visitor]));
    assert_eq!(list(None, Some(Status::Enabled)).await, newest_first([&visitor, &user]));
    assert_eq!(list(Some(Role::User), Some(Status::Disabled)).await, newest_first([&barred_user]));
    assert_eq!(list(Some(Role::User), Some(Status::Locked)).await, []);
}

/// Only registered users whose name contains the keyword are listed, switched off or not, page by page.
pub async fn lists_by_a_part_of_the_name(users: &Arc<dyn UserRepository>) {
    let anna = a_user_called(users, "Anna_Banana").await;
    let (hanna, visitor) = (a_user_called(users, "hanna").await, a_visitor(users).await);
    let bob = a_user_called(users, "bobby").await;
    let barred = set_status(users, &anna, Status::Disabled).await;
    let named = |text: &str| UserFilter {
        name: Some(Keyword::parse(text).expect("a keyword")),
        ..UserFilter::default()
    };
    for text in ["ANNA", "nna", "an", "a"] {
        assert_eq!(ids(users, &named(text), None, 10).await, [hanna.id, barred.id], "{text}");
        assert_eq!(ids(users, &named(text), None, 1).await, [hanna.id], "{text}");
        assert_eq!(ids(users, &named(text), Some(hanna.id), 10).await, [barred.id], "{text}");
    }
    let everybody = users.list(&named("anna_b"), None, 10).await.expect("a list");
    assert_eq!(everybody, [barred]);
    let disabled = UserFilter { status: Some(Status::Disabled), ..named("b") };
    assert_eq!(ids(users, &disabled, None, 10).await, [anna.id]);
    let visitors = UserFilter { role: Some(Role::Visitor), ..named("b") };
    assert_eq!(ids(users, &visitors, None, 10).await, []);
    assert_eq!(ids(users, &named("vis"), None, 10).await, [], "{}", visitor.username);
    assert_eq!(ids(users, &named("%"), None, 10).await, []);
    assert_eq!(ids(users, &named("bobby"), None, 10).await, [bob.id]);
}
