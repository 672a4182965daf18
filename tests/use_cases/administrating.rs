//! Administrators come, stay and go.

use std::sync::Arc;
use std::time::Duration;

use usher_domain::{AdministratorName, AdministratorRole, PlainPassword, SessionSecret};
use usher_memory::FixedClock;
use usher_ports::inbound::{AdminRefusal, AdministratorCredentials, AdministratorSignedIn};

use super::House;
use super::house::{CODE, NOON, somewhere};

type LogInResult = Result<AdministratorSignedIn, AdminRefusal>;

fn credentials(name: &str, password: &str) -> AdministratorCredentials {
    AdministratorCredentials {
        name: AdministratorName::parse(name).expect("a name"),
        password: PlainPassword::for_administrator(password).expect("a password"),
        code: None,
        browser: None,
        from: somewhere(),
    }
}

async fn set_up(house: &House, code: &str, name: &str) -> LogInResult {
    house.admin.authenticate_administrator.set_up(code, credentials(name, "correct horse")).await
}

async fn log_in(house: &House, name: &str, password: &str) -> LogInResult {
    house.admin.authenticate_administrator.log_in(credentials(name, password)).await
}

async fn is_signed_in(house: &House, secret: &SessionSecret) -> bool {
    match house.admin.authenticate_administrator.authenticate(secret, somewhere(), true).await {
        Ok(_) => true,
        Err(AdminRefusal::SignedOut) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_first_administrator_is_an_owner_and_the_only_one_to_need_no_account() {
    let house = House::new();
    assert!(house.admin.authenticate_administrator.is_to_be_set_up().await.unwrap());
    let guessed = set_up(&house, "another code", "mallory").await;
    assert!(matches!(guessed, Err(AdminRefusal::SetUpClosed)), "{guessed:?}");
    let ann = set_up(&house, CODE, "Ann").await.unwrap();
    assert_eq!(ann.administrator.role(), AdministratorRole::Owner);
    assert_eq!(
        house.admin.authenticate_administrator.authenticate(&ann.secret, somewhere(), true).await.unwrap(),
        ann.administrator
    );
    assert!(!house.admin.authenticate_administrator.is_to_be_set_up().await.unwrap());
    let again = set_up(&house, CODE, "mallory").await;
    assert!(matches!(again, Err(AdminRefusal::SetUpClosed)), "{again:?}");
}

#[tokio::test]
async fn a_failed_login_does_not_say_whether_name_or_password_is_wrong() {
    let house = House::new();
    set_up(&house, CODE, "ann").await.unwrap();
    for (name, password) in [("ann", "wrong horse"), ("bob", "correct horse")] {
        let refused = log_in(&house, name, password).await;
        assert!(matches!(refused, Err(AdminRefusal::WrongCredentials)), "{refused:?}");
    }
    assert!(log_in(&house, "ANN", "correct horse").await.is_ok());
}

#[tokio::test]
async fn guessing_is_slowed_down_for_the_name_that_is_guessed_at() {
    let house = House::new();
    set_up(&house, CODE, "ann").await.unwrap();
    for _ in 0..10 {
        assert!(matches!(log_in(&house, "ann", "wrong horse").await, Err(AdminRefusal::WrongCredentials)));
    }
    let refused = log_in(&house, "ann", "correct horse").await;
    assert!(matches!(refused, Err(AdminRefusal::RateLimited { .. })), "{refused:?}");
    assert!(matches!(log_in(&house, "bob", "wrong horse").await, Err(AdminRefusal::WrongCredentials)));
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_half_a_day_in_any_case() {
    let clock = Arc::new(FixedClock::at(NOON));
    let house = House::with(|adapters| adapters.clock = clock.clone());
    let ann = set_up(&house, CODE, "ann").await.unwrap();
    for _ in 0..24 {
        clock.advance(Duration::from_mins(29));
        assert!(is_signed_in(&house, &ann.secret).await);
    }
    clock.advance(Duration::from_mins(24));
    assert!(!is_signed_in(&house, &ann.secret).await, "after twelve hours");
    let ann = log_in(&house, "ann", "correct horse").await.unwrap();
    clock.advance(Duration::from_mins(30));
    assert!(!is_signed_in(&house, &ann.secret).await, "after half an hour");
}

#[tokio::test]
async fn one_logs_out_here_or_everywhere() {
    let house = House::new();
    let first = set_up(&house, CODE, "ann").await.unwrap();
    let second = log_in(&house, "ann", "correct horse").await.unwrap();
    let third = log_in(&house, "ann", "correct horse").await.unwrap();
    house.admin.authenticate_administrator.log_out(&first.administrator, false).await.unwrap();
    assert!(!is_signed_in(&house, &first.secret).await && is_signed_in(&house, &second.secret).await);
    house.admin.authenticate_administrator.log_out(&second.administrator, true).await.unwrap();
    assert!(!is_signed_in(&house, &second.secret).await && !is_signed_in(&house, &third.secret).await);
    assert!(!is_signed_in(&house, &SessionSecret::new([9; 32])).await);
}

#[tokio::test]
async fn an_owner_manages_administrators() {
    let house = House::new();
    let ann = set_up(&house, CODE, "ann").await.unwrap();
    let owner = ann.administrator.owning().unwrap();
    let bob = AdministratorName::parse("bob").unwrap();
    let password = |text| PlainPassword::for_administrator(text).unwrap();
    let administrators = &house.admin.manage_administrators;
    administrators
        .add(owner, bob.clone(), AdministratorRole::Operator, password("battery staple"))
        .await
        .unwrap();
    let twice =
        administrators.add(owner, bob.clone(), AdministratorRole::Owner, password("battery staple")).await;
    assert!(matches!(twice, Err(AdminRefusal::NameTaken)), "{twice:?}");
    let there = log_in(&house, "bob", "battery staple").await.unwrap();
    assert!(there.administrator.operating().is_ok() && there.administrator.owning().is_err());

    administrators.reset(owner, &bob, password("another staple")).await.unwrap();
    assert!(!is_signed_in(&house, &there.secret).await);
    assert!(log_in(&house, "bob", "battery staple").await.is_err());
    let there = log_in(&house, "bob", "another staple").await.unwrap();

    administrators.remove(owner, &bob).await.unwrap();
    assert!(!is_signed_in(&house, &there.secret).await);
    assert!(log_in(&house, "bob", "another staple").await.is_err());
    let name = AdministratorName::parse("ann").unwrap();
    let last = administrators.remove(owner, &name).await;
    assert!(matches!(last, Err(AdminRefusal::LastOwner)), "{last:?}");
    let names: Vec<_> = administrators.list(crate::support::owner()).await.unwrap();
    assert_eq!(names.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["ann"]);
}
