use std::sync::Arc;

use usher_domain::{AdministratorName, AdministratorRole};

use super::super::{NOW, at_once, context};
use super::{
    Repository, UNKNOWN_ADMINISTRATOR, an_administrator, is_live, named, new_session, opened, password,
};
use crate::outbound::{AddAdministrator, ChangeRole, RemoveAdministrator};

async fn owners(it: &Repository) -> usize {
    let all = it.list().await.expect("an answer");
    all.iter().filter(|account| account.role == AdministratorRole::Owner).count()
}

/// An administrator is found as they were added, whatever the case of the name.
pub async fn finds_an_administrator_by_name(it: &Repository) {
    let added = an_administrator(it, AdministratorRole::Operator).await;
    assert_eq!((added.created_at, added.last_login_at), (NOW, None));
    let name = AdministratorName::parse(&added.name.as_str().to_uppercase()).expect("a name");
    let found = it.find_by_name(&name).await.expect("an answer");
    assert_eq!(found, Some((added, password())));
    let unknown = AdministratorName::parse("nobody").expect("a name");
    assert_eq!(it.find_by_name(&unknown).await.expect("an answer"), None);
}

/// A name is given once.
pub async fn refuses_a_taken_name(it: &Repository) {
    let first = an_administrator(it, AdministratorRole::Viewer).await;
    let second = it.add(&named(first.name.as_str(), AdministratorRole::Owner), &context(0)).await;
    assert_eq!(second.expect("an answer"), AddAdministrator::NameTaken);
    assert_eq!(it.list().await.expect("an answer"), [first]);
}

/// They are listed by name.
pub async fn lists_administrators_by_name(it: &Repository) {
    for name in ["bob", "ann", "cleo"] {
        it.add(&named(name, AdministratorRole::Viewer), &context(0)).await.expect("an answer");
    }
    let names: Vec<_> =
        it.list().await.expect("an answer").into_iter().map(|it| it.name.as_str().to_owned()).collect();
    assert_eq!(names, ["ann", "bob", "cleo"]);
}

/// The first is added if there is none, and not if there is.
pub async fn the_first_is_the_first(it: &Repository) {
    let first = it.add_first(&named("ann", AdministratorRole::Owner), &context(0)).await.expect("an answer");
    assert!(matches!(first, AddAdministrator::Added(_)), "{first:?}");
    let second = it.add_first(&named("bob", AdministratorRole::Owner), &context(0)).await.expect("an answer");
    assert_eq!(second, AddAdministrator::NotTheFirst);
}

/// An administrator added otherwise also prevents adding a first one.
pub async fn there_is_no_first_after_another(it: &Repository) {
    an_administrator(it, AdministratorRole::Viewer).await;
    let refused =
        it.add_first(&named("bob", AdministratorRole::Owner), &context(0)).await.expect("an answer");
    assert_eq!(refused, AddAdministrator::NotTheFirst);
}

/// Of firsts at once, one is added.
pub async fn of_firsts_at_once_one_is_added(it: &Repository) {
    let answers = at_once((0..20).map(|n| {
        let it = Arc::clone(it);
        async move {
            it.add_first(&named(&format!("first_{n}"), AdministratorRole::Owner), &context(0))
                .await
                .expect("an answer")
        }
    }))
    .await;
    let added = answers.iter().filter(|answer| matches!(answer, AddAdministrator::Added(_))).count();
    assert_eq!((added, it.list().await.expect("an answer").len()), (1, 1));
}

/// Removing an administrator ends their sessions.
pub async fn removes_an_administrator(it: &Repository) {
    let owner = an_administrator(it, AdministratorRole::Owner).await;
    let account = an_administrator(it, AdministratorRole::Operator).await;
    let session = opened(it, &account).await;
    assert_eq!(it.remove(account.id, &context(3)).await.expect("an answer"), RemoveAdministrator::Removed);
    assert!(!is_live(it, session.id).await);
    assert_eq!(it.list().await.expect("an answer"), [owner]);
    assert_eq!(it.remove(account.id, &context(3)).await.expect("an answer"), RemoveAdministrator::NotFound);
    assert!(!it.open(&new_session(&account), &password(), None, &context(1)).await.expect("an answer"));
}

/// The last owner stays, also when all are removed at once.
pub async fn an_owner_is_left(it: &Repository) {
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(an_administrator(it, AdministratorRole::Owner).await.id);
    }
    let answers = at_once(all.into_iter().map(|id| {
        let it = Arc::clone(it);
        async move { it.remove(id, &context(3)).await.expect("an answer") }
    }))
    .await;
    let refused = answers.iter().filter(|answer| **answer == RemoveAdministrator::LastOwner).count();
    assert_eq!((refused, owners(it).await), (1, 1));
}
/// Another role is another role, from the next call on, and the audit log says what it was.
pub async fn changes_a_role(it: &Repository) {
    an_administrator(it, AdministratorRole::Owner).await;
    let ann = an_administrator(it, AdministratorRole::Viewer).await;
    let session = opened(it, &ann).await;
    let set = async |role| it.set_role(ann.id, role, &context(2)).await.expect("an answer");
    assert_eq!(set(AdministratorRole::Operator).await, ChangeRole::Changed);
    assert_eq!(set(AdministratorRole::Operator).await, ChangeRole::Changed);
    let (_, account) = it.find_session(session.id).await.expect("an answer").expect("a live session");
    assert_eq!(account.role, AdministratorRole::Operator);
    let unknown = it.set_role(UNKNOWN_ADMINISTRATOR, AdministratorRole::Owner, &context(2)).await;
    assert_eq!(unknown.expect("an answer"), ChangeRole::NotFound);
}

/// Of two owners who lose the role or are removed at once, one stays.
pub async fn an_owner_is_left_whatever_becomes_of_them(it: &Repository) {
    let owners = [
        an_administrator(it, AdministratorRole::Owner).await,
        an_administrator(it, AdministratorRole::Owner).await,
    ];
    let [one, other] = owners.map(|owner| owner.id);
    let demoted =
        async |id| it.set_role(id, AdministratorRole::Viewer, &context(2)).await.expect("an answer");
    let both = at_once([one, other].map(|id| {
        let it = Arc::clone(it);
        async move { it.set_role(id, AdministratorRole::Viewer, &context(2)).await.expect("an answer") }
    }))
    .await;
    assert_eq!(both.iter().filter(|outcome| **outcome == ChangeRole::LastOwner).count(), 1, "{both:?}");
    let all = it.list().await.expect("a list");
    let left: Vec<_> = all.iter().filter(|it| it.role == AdministratorRole::Owner).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(demoted(left[0].id).await, ChangeRole::LastOwner);
    let again = it.set_role(left[0].id, AdministratorRole::Owner, &context(3)).await.expect("an answer");
    assert_eq!(again, ChangeRole::Changed, "nothing is taken from them");
}
