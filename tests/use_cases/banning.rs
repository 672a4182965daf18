//! The copy of the bans that a node refuses by.

use std::sync::Arc;

use usher_application::{AccessGate, BanCopy};
use usher_domain::{AuditContext, BanTarget, ClientAddress};
use usher_memory::{FixedClock, MemoryAccessBans};
use usher_ports::inbound::{FollowAccessBans as _, Refusal};
use usher_ports::outbound::{AccessBans, NewAccessBan};

use super::house::NOON;

async fn banned(targets: &[&str]) -> Arc<dyn AccessBans> {
    let bans = Arc::new(MemoryAccessBans::default());
    for target in targets {
        let new = NewAccessBan { target: BanTarget::parse(target).expect("a target"), until: None };
        bans.ban(&new, &AuditContext::due(NOON)).await.expect("an answer");
    }
    bans
}

#[tokio::test]
async fn what_a_restored_database_bans_is_what_is_refused() {
    let copy = Arc::new(BanCopy::default());
    let gate = |bans| AccessGate { bans, clock: Arc::new(FixedClock::at(NOON)), copy: Arc::clone(&copy) };
    let admit = |gate: &AccessGate, address: &str| {
        gate.admit(None, ClientAddress::new(address.parse().expect("an address")))
    };
    let before = gate(banned(&["192.0.2.1", "192.0.2.2"]).await);
    assert!(admit(&before, "192.0.2.1").is_ok(), "nothing was read yet");
    before.follow().await.expect("an answer");
    assert!(matches!(admit(&before, "192.0.2.1"), Err(Refusal::AccountUnavailable)));
    // The version of the backup is the lower one.
    let after = gate(banned(&["192.0.2.3"]).await);
    after.follow().await.expect("an answer");
    assert!(admit(&after, "192.0.2.1").is_ok() && admit(&after, "192.0.2.3").is_err());
}
