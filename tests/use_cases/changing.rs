//! Something changes between the moment a use case reads an account and the moment it writes.

use std::sync::Arc;

use usher_domain::{
    AuditContext, PasswordHash, Role, Status, Timestamp, Upgrade, UserChange, UserId, Username,
};
use usher_ports::inbound::Refusal;
use usher_ports::outbound::UserRepository;

use super::House;
use super::house::{registration, somewhere};

const LATER: Timestamp = Timestamp::from_millis(2_000_000_000_000);

async fn set_status(users: &Arc<dyn UserRepository>, user: UserId, status: Status) {
    let change = UserChange::status(status);
    users.change(user, &change, None, &AuditContext::due(LATER)).await.expect("a status");
}

#[tokio::test]
async fn a_user_disabled_during_the_password_check_is_refused() {
    let house = House::new();
    let alice = house.register("alice_01").await.unwrap().account;
    let users = Arc::clone(&house.adapters.users);
    house.meanwhile(async move { set_status(&users, alice.id, Status::Disabled).await });
    assert!(matches!(house.log_in("alice_01").await, Err(Refusal::AccountUnavailable)));
}

#[tokio::test]
async fn a_user_disabled_and_enabled_during_the_password_check_logs_in_anew() {
    let house = House::new();
    let alice = house.register("alice_01").await.unwrap().account;
    let users = Arc::clone(&house.adapters.users);
    house.meanwhile(async move {
        set_status(&users, alice.id, Status::Disabled).await;
        set_status(&users, alice.id, Status::Enabled).await;
    });
    assert!(matches!(house.log_in("alice_01").await, Err(Refusal::AccountUnavailable)));
    assert!(house.log_in("alice_01").await.is_ok());
}

#[tokio::test]
async fn a_password_that_is_replaced_while_it_is_checked_is_good_no_more() {
    let house = House::new();
    let alice = house.register("alice_01").await.unwrap().account;
    let users = Arc::clone(&house.adapters.users);
    house.meanwhile(async move {
        let new = UserChange::Password(PasswordHash::new("$new$".to_owned()));
        users.change(alice.id, &new, None, &AuditContext::due(LATER)).await.expect("a password");
    });
    assert!(matches!(house.log_in("alice_01").await, Err(Refusal::AccountUnavailable)));
}

#[tokio::test]
async fn a_visitor_whose_name_is_taken_while_it_upgrades_stays_a_visitor() {
    let house = House::new();
    let visitor = house.visit(1).await.unwrap().account;
    let registering = Arc::clone(&house.cases.register_user);
    let command = registration("Alice_01");
    house.meanwhile(async move {
        registering.register(command).await.expect("an account");
    });
    assert!(matches!(house.upgrade(1, "alice_01").await, Err(Refusal::UsernameTaken)));
    assert_eq!(house.user(visitor.id).await.role, Role::Visitor);
    assert_eq!(house.sessions(visitor.id).await, 1);
}

#[tokio::test]
async fn a_visitor_disabled_during_its_upgrade_is_refused() {
    let house = House::new();
    let visitor = house.visit(1).await.unwrap().account;
    let users = Arc::clone(&house.adapters.users);
    house.meanwhile(async move { set_status(&users, visitor.id, Status::Disabled).await });
    assert!(matches!(house.upgrade(1, "alice_01").await, Err(Refusal::AccountUnavailable)));
    assert_eq!(house.user(visitor.id).await.role, Role::Visitor);
    assert_eq!(house.called("alice_01").await, None);
}

#[tokio::test]
async fn a_device_whose_visitor_upgrades_twice_at_once_has_two_accounts_and_one_owner() {
    let house = House::new();
    let visitor = house.visit(1).await.unwrap().account;
    let users = Arc::clone(&house.adapters.users);
    let quicker = Upgrade {
        user: visitor.id,
        username: Username::register("quicker").unwrap(),
        password: PasswordHash::new("$quicker$".to_owned()),
        from: somewhere(),
        at: LATER,
    };
    house.meanwhile(async move {
        users.upgrade(&quicker).await.expect("an upgrade");
    });
    let slower = house.upgrade(1, "slower").await.unwrap().account;
    assert_ne!(slower.id, visitor.id);
    assert_eq!(house.called("quicker").await.map(|user| user.id), Some(visitor.id));
    assert_eq!(house.visit(1).await.unwrap().account.id, visitor.id);
}
