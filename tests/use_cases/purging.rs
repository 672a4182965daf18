//! How many deleted accounts are removed for good without a word of an operator.

use std::sync::Arc;
use std::time::Duration;

use usher_application::MaintainAccountsService;
use usher_domain::{AuditContext, UserChange};
use usher_memory::{FixedClock, MemoryUsers};
use usher_ports::contract::a_user;
use usher_ports::inbound::{MaintainAccounts as _, Purge};
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
