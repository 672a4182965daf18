use usher::compose;
use usher_domain::{Caller, NewUser, Nickname, Origin, PasswordHash, Role, Status, Username};
use usher_ports::inbound::{AdminRefusal, Refusal, StatusCommand};

use super::House;
use super::house::{authenticated, password, somewhere};
use crate::support::operator;

#[tokio::test]
async fn a_first_launch_makes_a_visitor_and_the_next_one_resumes_it() {
    let house = House::new();
    let (first, second) = (house.visit(1).await.unwrap(), house.visit(1).await.unwrap());
    assert_eq!((first.account.id, first.account.uuid), (second.account.id, second.account.uuid));
    assert_eq!(second.account.role, Role::Visitor);
    assert_ne!(first.token, second.token);
    assert_eq!(house.sessions(first.account.id).await, 2);
    assert_ne!(house.visit(2).await.unwrap().account.id, first.account.id);
}

#[tokio::test]
async fn a_visitor_whose_name_is_taken_gets_another_one() {
    let house = House::new();
    let taken = Username::visitor(authenticated(1).id());
    let owner = house.visit(1).await.unwrap().account;
    let users = &house.adapters.users;
    assert_eq!(owner.username, taken);
    // Somebody of an older installation has the name the next device would get.
    let older = NewUser {
        uuid: house.adapters.ids.uuid(),
        username: Username::visitor(authenticated(2).id()),
        password: PasswordHash::new("$".to_owned()),
        nickname: Nickname::default(),
        device: None,
        avatar: String::new(),
        origin: Origin::Owner { from: somewhere(), at: house.adapters.clock.now() },
    };
    users.add_user(&older).await.unwrap();
    let visitor = house.visit(2).await.unwrap().account;
    assert_eq!(visitor.role, Role::Visitor);
    assert_ne!(visitor.username, older.username);
}

#[tokio::test]
async fn an_upgrade_keeps_the_account_and_ends_its_visitor_sessions() {
    let house = House::new();
    let visitor = house.visit(1).await.unwrap();
    let user = house.upgrade(1, "alice_01").await.unwrap();
    assert_eq!((user.account.id, user.account.uuid), (visitor.account.id, visitor.account.uuid));
    let before = house.cases.authenticate_session.authenticate(visitor.token.expose()).await;
    assert!(matches!(before, Err(Refusal::TokenInvalid)), "{before:?}");
    let after = house.cases.authenticate_session.authenticate(user.token.expose()).await.unwrap();
    assert!(matches!(after, Caller::User(session) if session.user() == visitor.account.id));
    assert!(house.log_in("ALICE_01").await.is_ok());
}

#[tokio::test]
async fn a_device_whose_owner_registered_makes_another_account_and_keeps_its_owner() {
    let house = House::new();
    house.visit(1).await.unwrap();
    let alice = house.upgrade(1, "alice_01").await.unwrap().account;
    let bob = house.upgrade(1, "bobby_01").await.unwrap().account;
    assert_ne!(alice.id, bob.id);
    assert_eq!(house.called("alice_01").await.map(|user| user.id), Some(alice.id));
    assert_eq!(house.visit(1).await.unwrap().account.id, alice.id);
}

#[tokio::test]
async fn a_device_that_was_never_seen_registers_and_is_linked() {
    let house = House::new();
    let alice = house.upgrade(1, "alice_01").await.unwrap().account;
    let resumed = house.visit(1).await.unwrap();
    assert_eq!((resumed.account.id, resumed.account.role), (alice.id, Role::Visitor));
    assert_eq!(resumed.account.private, None);
}

#[tokio::test]
async fn a_login_leaves_the_visitor_and_is_recorded_as_its_alias() {
    let house = House::new();
    let alice = house.register("alice_01").await.unwrap().account;
    let visitor = house.visit(1).await.unwrap();
    let user = house.log_in_from(1, "alice_01").await.unwrap();
    assert_eq!(user.account.id, alice.id);
    assert_eq!(house.adapters.users.aliases(visitor.account.id).await.unwrap(), [alice.id]);
    assert_eq!(house.sessions(visitor.account.id).await, 0);
    assert_eq!(house.user(visitor.account.id).await.role, Role::Visitor);
}

#[tokio::test]
async fn resuming_and_creating_have_quotas_of_their_own() {
    let house = House::new();
    for _ in 0..20 {
        house.visit(1).await.unwrap();
    }
    for number in 0..4 {
        house.upgrade(1, &format!("alice_{number}")).await.unwrap();
    }
    let refused = house.upgrade(1, "alice_5").await;
    assert!(matches!(refused, Err(Refusal::RateLimited { .. })), "{refused:?}");
    assert!(house.visit(1).await.is_ok());
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_comes_back_without_sessions() {
    let house = House::new();
    let alice = house.register("alice_01").await.unwrap();
    let id = alice.account.id;
    house.set_status(id, Status::Disabled).await.unwrap();
    let out = house.cases.authenticate_session.authenticate(alice.token.expose()).await;
    assert!(matches!(out, Err(Refusal::UserDisabled)), "{out:?}");
    assert!(matches!(house.log_in("alice_01").await, Err(Refusal::AccountUnavailable)));
    house.set_status(id, Status::Enabled).await.unwrap();
    assert_eq!(house.sessions(id).await, 0);
    assert!(house.log_in("alice_01").await.is_ok());
}

#[tokio::test]
async fn a_change_from_another_version_returns_the_current_one() {
    let house = House::new();
    let alice = house.register("alice_01").await.unwrap().account;
    let seen = house.user(alice.id).await.version;
    let off = house.set_status(alice.id, Status::Disabled).await.unwrap();
    let late = house
        .admin
        .toggle_status
        .set(
            operator(),
            alice.id,
            StatusCommand { expected: Some(seen), ..StatusCommand::now(Status::Enabled) },
        )
        .await;
    assert!(matches!(late, Err(AdminRefusal::Conflict(user)) if user.version == off.version));
    assert_eq!(house.user(alice.id).await.status, Status::Disabled);
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_and_a_visitor_gets_none() {
    let house = House::new();
    let (alice, visitor) = (house.register("alice_01").await.unwrap(), house.visit(1).await.unwrap());
    compose::set_password(&house.adapters)
        .set(operator(), alice.account.id, password("another1"))
        .await
        .unwrap();
    assert_eq!(house.sessions(alice.account.id).await, 0);
    assert!(matches!(house.log_in("alice_01").await, Err(Refusal::WrongPassword)));
    let refused = compose::set_password(&house.adapters)
        .set(operator(), visitor.account.id, password("another1"))
        .await;
    assert!(matches!(refused, Err(AdminRefusal::NotApplicable(_))), "{refused:?}");
}
