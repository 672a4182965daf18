//! How many deleted accounts are removed for good without a word of an operator.

use std::sync::Arc;
use std::time::Duration;

use usher_application::{MaintainAccountsService, PurgeEventsService};
use usher_domain::{AuditContext, UserChange};
use usher_memory::{FixedClock, MemoryUsers};
use usher_ports::contract::a_user;
use usher_ports::inbound::{MaintainAccounts as _, Purge, PurgeEvents as _};
use usher_ports::outbound::UserRepository;

use super::house::NOON;
use crate::support::operator;

const DAY: Duration = Duration::from_hours(24);

/// So many users, of whom some were deleted a month ago.
async fn keeping(users: usize, deleted: usize) -> MaintainAccountsService {
    let repository: Arc<dyn UserRepository> = Arc::new(MemoryUsers::default());
    for number in 0..users {
        let user = a_user(&repository).await;
        if number < deleted {
            let context = AuditContext::due(NOON);
            repository.change(user.id, &UserChange::Delete, None, &context).await.expect("a change");
        }
    }
    let clock = Arc::new(FixedClock::at(NOON.plus(31 * DAY)));
    MaintainAccountsService {
        users: repository.clone(),
        changes: repository.clone(),
        directory: repository,
        clock,
        keep_deleted: 30 * DAY,
    }
}

#[tokio::test]
async fn few_are_removed_whatever_share_they_are() {
    let it = keeping(100, 100).await;
    assert_eq!(it.purge_deleted().await.expect("a number"), Purge::Removed(100));
}

#[tokio::test]
async fn more_are_removed_up_to_a_tenth_of_all() {
    let it = keeping(1_010, 101).await;
    assert_eq!(it.purge_deleted().await.expect("a number"), Purge::Removed(101));
}

#[tokio::test]
async fn a_larger_share_waits_for_an_operator() {
    let it = keeping(1_009, 101).await;
    for _ in 0..2 {
        assert_eq!(it.purge_deleted().await.expect("a number"), Purge::Withheld(101));
    }
    assert_eq!(it.purgeable().await.expect("a count"), 101);
    assert_eq!(it.purge_all(operator()).await.expect("a number"), 101);
    assert_eq!(it.purge_deleted().await.expect("a number"), Purge::Removed(0));
}

#[tokio::test]
async fn events_are_removed_after_a_month_in_several_batches() {
    let users = Arc::new(MemoryUsers::default());
    let repository: Arc<dyn UserRepository> = users.clone();
    let first = a_user(&repository).await.registered.at;
    for _ in 0..1_200 {
        a_user(&repository).await;
    }
    let clock = Arc::new(FixedClock::at(first.plus(30 * DAY)));
    let it = PurgeEventsService { events: users, clock: clock.clone() };
    assert_eq!(it.purge().await.expect("a number"), 0, "they are not older than a month");
    clock.advance(Duration::from_millis(1));
    assert_eq!(it.purge().await.expect("a number"), 1_201);
    assert_eq!(it.purge().await.expect("a number"), 0);
}
