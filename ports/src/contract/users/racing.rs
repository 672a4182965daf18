use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use usher_domain::{
    Epoch, NewUser, NewVisitor, Role, Status, Timestamp, User, UserChange, UserFilter, UserId, UserOrder,
    Username,
};

use super::super::{
    a_user, a_visitor, address, at_once, change_status, context, hash, hash_of, later, new_device, new_name,
    new_user, new_uuid, new_visitor, now, set_status, upgrade_of,
};
use super::adding::called;
use crate::outbound::{AddUser, AddVisitor, Changed, Upgraded, UserRepository};

async fn count(users: &Arc<dyn UserRepository>) -> usize {
    users.list(&UserFilter::default(), &UserOrder::Newest.start(), 1_000).await.expect("a list").len()
}

fn how_many<T: PartialEq>(answers: &[T], answer: &T) -> usize {
    answers.iter().filter(|one| *one == answer).count()
}

async fn visitors(users: &Arc<dyn UserRepository>, how_many: u32) -> Vec<User> {
    let mut visitors = Vec::new();
    for _ in 0..how_many {
        visitors.push(a_visitor(users).await);
    }
    visitors
}

/// Of 200 visitors with one device, under different names, one is added, and it is the one that is found.
pub async fn of_visitors_at_once_with_one_device_one_wins(users: &Arc<dyn UserRepository>) {
    let first = new_visitor();
    let answers = at_once((0..200).map(|salt| {
        let users = Arc::clone(users);
        let username = Username::visitor_with(&first.device.id, salt);
        let new = NewVisitor { uuid: new_uuid(), username, ..first.clone() };
        async move { users.add_visitor(&new).await.expect("an answer") }
    }))
    .await;
    assert_eq!(how_many(&answers, &AddVisitor::DeviceTaken), 199);
    let found = users.find_by_device(&first.device.id).await.expect("a search by device");
    let winner = AddVisitor::Added(Box::new(found.expect("the winner")));
    assert_eq!(how_many(&answers, &winner), 1);
    assert_eq!(count(users).await, 1);
}

/// Of launches of one device that all draw the same name, one is added.
pub async fn of_visitors_at_once_with_one_device_and_name_one_wins(users: &Arc<dyn UserRepository>) {
    let first = new_visitor();
    let answers = at_once((0..50).map(|_| {
        let users = Arc::clone(users);
        let new = NewVisitor { uuid: new_uuid(), ..first.clone() };
        async move { users.add_visitor(&new).await.expect("an answer") }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, AddVisitor::Added(_))).count(), 1);
    assert_eq!(count(users).await, 1);
}

/// Of visitors under one name, on different devices, one is added, and the devices of the others are free.
pub async fn of_visitors_at_once_with_one_name_one_wins(users: &Arc<dyn UserRepository>) {
    let name = Username::from_store("VISname".to_owned());
    let candidates: Vec<_> =
        (0..50).map(|_| NewVisitor { username: name.clone(), ..new_visitor() }).collect();
    let answers = at_once(candidates.iter().cloned().map(|new| {
        let users = Arc::clone(users);
        async move { users.add_visitor(&new).await.expect("an answer") }
    }))
    .await;
    assert_eq!(how_many(&answers, &AddVisitor::UsernameTaken), 49);
    let mut linked = 0;
    for new in candidates {
        let owner = users.find_by_device(&new.device.id).await.expect("a search by device");
        linked += usize::from(owner.is_some());
    }
    assert_eq!((linked, count(users).await), (1, 1));
}

/// Of users under one name, in any case, one is added, with the password it brought.
pub async fn of_users_at_once_with_one_name_one_wins(users: &Arc<dyn UserRepository>) {
    let answers = at_once((0..50).map(|n| {
        let users = Arc::clone(users);
        let name = if n % 2 == 0 { "Alice" } else { "aLICE" };
        let new = NewUser { password: hash(&format!("${n}$")), ..new_user(name) };
        async move { (users.add_user(&new).await.expect("an answer"), new.password) }
    }))
    .await;
    let found = called(users, "alice").await.expect("the winner");
    let won: Vec<_> = answers.into_iter().filter(|(answer, _)| *answer != AddUser::UsernameTaken).collect();
    let password = hash_of(users, &found).await.expect("a password");
    assert_eq!(won, [(AddUser::Added(Box::new(found)), password)]);
    assert_eq!(count(users).await, 1);
}

/// Of users with one device, one is added, and the names of the others are free.
pub async fn of_users_at_once_with_one_device_one_wins(users: &Arc<dyn UserRepository>) {
    let device = new_device();
    let answers = at_once((0..50).map(|_| {
        let users = Arc::clone(users);
        let new = NewUser { device: Some(device.clone()), ..new_user(&new_name()) };
        async move { users.add_user(&new).await.expect("an answer") }
    }))
    .await;
    assert_eq!(how_many(&answers, &AddUser::DeviceTaken), 49);
    assert_eq!(count(users).await, 1);
}

/// Many who are added at once get ids and profiles of their own.
pub async fn users_added_at_once_get_distinct_ids(users: &Arc<dyn UserRepository>) {
    let added = at_once((0..50).map(|n| {
        let users = Arc::clone(users);
        async move { if n % 2 == 0 { a_user(&users).await } else { a_visitor(&users).await } }
    }))
    .await;
    let mut ids: Vec<UserId> = added.iter().map(|user| user.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 50);
    for user in added {
        assert_eq!(now(users, &user).await, user);
        assert!(users.profile(user.id).await.expect("an answer").is_some());
    }
}

/// Of 50 visitors that want one name, one gets it, and the others are what they were.
pub async fn of_upgrades_at_once_to_one_name_one_wins(users: &Arc<dyn UserRepository>) {
    let visitors = visitors(users, 50).await;
    let answers = at_once(visitors.iter().map(|visitor| {
        let (users, candidate) = (Arc::clone(users), upgrade_of(visitor, "alice"));
        async move { users.upgrade(&candidate).await.expect("an answer") }
    }))
    .await;
    assert_eq!(how_many(&answers, &Upgraded::UsernameTaken), 49);
    let winner = called(users, "alice").await.expect("the winner");
    assert_eq!(how_many(&answers, &Upgraded::Done(Box::new(winner.clone()))), 1);
    for visitor in visitors.iter().filter(|visitor| visitor.id != winner.id) {
        assert_eq!(&now(users, visitor).await, visitor);
        assert_eq!(hash_of(users, visitor).await, None);
    }
}

/// Of 20 upgrades of one visitor, one is done, with the name and the password it brought.
pub async fn of_upgrades_at_once_of_one_visitor_one_wins(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let answers = at_once((0..20).map(|n| {
        let (users, mut candidate) = (Arc::clone(users), upgrade_of(&visitor, &format!("alice_{n}")));
        candidate.password = hash(&format!("${n}$"));
        async move { (users.upgrade(&candidate).await.expect("an answer"), candidate.password) }
    }))
    .await;
    let won: Vec<_> = answers.into_iter().filter(|(answer, _)| *answer != Upgraded::NotAVisitor).collect();
    let winner = now(users, &visitor).await;
    let password = hash_of(users, &visitor).await.expect("a password");
    assert_eq!(won, [(Upgraded::Done(Box::new(winner.clone())), password)]);
    assert_eq!(winner.epoch, Epoch(visitor.epoch.0 + 1));
    for n in 0..20 {
        let owner = called(users, &format!("alice_{n}")).await;
        assert!(owner.is_none_or(|owner| owner == winner));
    }
}

/// Whichever of an upgrade and disabling comes first, the account ends disabled, and each that took place
/// started an epoch.
pub async fn an_upgrade_and_a_disable_at_once_take_turns(users: &Arc<dyn UserRepository>) {
    for visitor in visitors(users, 20).await {
        let (upgrading, disabling) = (Arc::clone(users), Arc::clone(users));
        let (candidate, subject) = (upgrade_of(&visitor, &new_name()), visitor.clone());
        let upgrade = tokio::spawn(async move { upgrading.upgrade(&candidate).await.expect("an answer") });
        let disable = tokio::spawn(async move { set_status(&disabling, &subject, Status::Disabled).await });
        let upgraded = upgrade.await.expect("an answer") != Upgraded::NotAVisitor;
        disable.await.expect("an answer");
        let after = now(users, &visitor).await;
        assert_eq!(after.status, Status::Disabled);
        assert_eq!(after.role == Role::User, upgraded);
        assert_eq!(after.epoch, Epoch(visitor.epoch.0 + 1 + i64::from(upgraded)));
    }
}

/// Of 20 administrators who saw the same version, one changes it, and the others learn of that.
pub async fn of_changes_at_once_from_one_version_one_wins(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    let answers = at_once((0..20).map(|n| {
        let (users, user) = (Arc::clone(users), user.clone());
        let wanted = if n % 2 == 0 { Status::Disabled } else { Status::Locked };
        async move { change_status(&users, &user, wanted, Some(user.version)).await }
    }))
    .await;
    let after = Box::new(now(users, &user).await);
    assert_eq!(how_many(&answers, &Changed::Done(after.clone())), 1);
    assert_eq!(how_many(&answers, &Changed::Conflict(after.clone())), 19);
    assert_eq!(after.epoch, Epoch(user.epoch.0 + 1));
}

/// A password that is set while its predecessor's hash is being replaced stays set.
pub async fn a_password_set_at_once_with_a_replaced_hash_stays(users: &Arc<dyn UserRepository>) {
    for _ in 0..20 {
        let user = a_user(users).await;
        let (setting, replacing, id) = (Arc::clone(users), Arc::clone(users), user.id);
        let set = tokio::spawn(async move {
            setting.change(id, &UserChange::Password(hash("$second$")), None, &context(0)).await
        });
        let replace =
            tokio::spawn(
                async move { replacing.replace_hash(id, &hash("$first$"), &hash("$better$")).await },
            );
        assert!(matches!(set.await.expect("an answer"), Ok(Changed::Done(_))));
        replace.await.expect("an answer").expect("an answer");
        assert_eq!(hash_of(users, &user).await, Some(hash("$second$")));
    }
}

/// Disabling among many logins wins: no login that begins after it is noted, and none of those before it
/// enables the user again.
pub async fn a_disable_among_logins_is_the_last_word(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    let off = Arc::new(AtomicBool::new(false));
    let logins = at_once((0..40).map(|n| {
        let (users, user, off) = (Arc::clone(users), user.clone(), Arc::clone(&off));
        async move {
            if n == 20 {
                set_status(&users, &user, Status::Disabled).await;
                off.store(true, Ordering::SeqCst);
            }
            let was_off = off.load(Ordering::SeqCst);
            let noted = users.record_login(user.id, user.epoch, address(9), later(n)).await;
            (n, was_off, noted.expect("an answer"))
        }
    }))
    .await;
    assert!(logins.iter().any(|(_, was_off, _)| *was_off), "the one who disabled it tried afterwards");
    assert!(!logins.iter().any(|(_, was_off, noted)| *was_off && *noted), "{logins:?}");
    let after = users.find(user.id).await.expect("an answer").expect("the user");
    assert_eq!((after.status, after.epoch), (Status::Disabled, Epoch(user.epoch.0 + 1)));
    let noted: Vec<Timestamp> =
        logins.iter().filter(|(_, _, noted)| *noted).map(|(n, _, _)| later(*n)).collect();
    match after.last_login.filter(|visit| Some(*visit) != user.last_login) {
        Some(visit) => assert!(noted.contains(&visit.at), "{visit:?} of {logins:?}"),
        None => assert_eq!(noted, []),
    }
}
