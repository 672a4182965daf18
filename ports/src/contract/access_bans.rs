//! The laws of [`AccessBans`].

use std::sync::Arc;

use usher_domain::{AccessBan, AccessBanId, AuditAction, AuditFilter, BanTarget, Change, Reason, Timestamp};

use super::{at_once, context, later, new_device};
use crate::outbound::{AccessBanned, AccessBans, AuditLog, NewAccessBan};

/// Bans, and the log that tells of them.
pub struct Banning {
    /// The bans.
    pub bans: Arc<dyn AccessBans>,
    /// The log.
    pub audit: Arc<dyn AuditLog>,
}

impl Banning {
    async fn ban_for(&self, target: &str, until: Option<Timestamp>, seconds: u32) -> Option<AccessBan> {
        let target = BanTarget::parse(target).expect("a target");
        let context = context(seconds).because(Reason::parse("spam").expect("a reason"));
        match self.bans.ban(&NewAccessBan { target, until }, &context).await.expect("an answer") {
            AccessBanned::Done(ban) => Some(*ban),
            AccessBanned::Already => None,
        }
    }

    async fn ban(&self, target: &str, seconds: u32) -> AccessBan {
        self.ban_for(target, None, seconds).await.expect("a ban")
    }

    async fn lift(&self, id: AccessBanId) -> Option<AccessBan> {
        self.bans.lift(id, &context(60)).await.expect("an answer")
    }

    async fn all(&self, now: Timestamp) -> Vec<AccessBan> {
        let mut all = self.bans.all(now).await.expect("bans");
        all.sort_by_key(|ban| ban.id);
        all
    }

    async fn version(&self) -> i64 {
        self.bans.version().await.expect("a version")
    }
}

/// A ban is found as it was made, whatever it bans.
pub async fn keeps_bans_as_they_were_made(it: &Banning) {
    let device = new_device();
    let mut made = Vec::new();
    for (target, until) in [
        (device.as_str(), Some(later(90))),
        ("192.0.2.7", None),
        ("198.51.100.0/24", Some(later(91))),
        ("2001:db8:1:2::/64", None),
    ] {
        made.push(it.ban_for(target, until, 1).await.expect("a ban"));
    }
    assert_eq!(it.all(later(2)).await, made);
    assert_eq!(made[0].target, BanTarget::device(&device));
    assert_eq!((made[0].until, made[0].at), (Some(later(90)), later(1)));
    assert_eq!((made[0].reason.as_str(), made[0].by.as_str()), ("spam", "ann"));
}

/// Of bans of one target at once one is made.
pub async fn a_target_is_banned_once(it: &Banning) {
    let made = at_once((0..8).map(|_| {
        let it = Banning { bans: Arc::clone(&it.bans), audit: Arc::clone(&it.audit) };
        async move { it.ban_for("192.0.2.0/24", None, 1).await }
    }))
    .await;
    assert_eq!(made.iter().flatten().count(), 1);
    assert_eq!(it.all(later(2)).await.len(), 1);
    assert!(it.ban_for("192.0.2.7", None, 1).await.is_some(), "an address within it is another target");
}

/// A ban that is over is listed no more and does not keep a new one from being made.
pub async fn a_ban_that_is_over_makes_way(it: &Banning) {
    it.ban_for("192.0.2.7", Some(later(10)), 1).await.expect("a ban");
    assert_eq!(it.ban_for("192.0.2.7", None, 9).await, None);
    assert_eq!(it.all(later(10)).await, []);
    assert_eq!(it.bans.list(later(10), None, 10).await.expect("a page"), []);
    let again = it.ban("192.0.2.7", 10).await;
    assert_eq!(it.all(later(10)).await, [again]);
}

/// A ban that was lifted is gone, and can be made again.
pub async fn a_ban_is_lifted(it: &Banning) {
    let (kept, lifted) = (it.ban("192.0.2.7", 1).await, it.ban("192.0.2.8", 2).await);
    assert_eq!(it.lift(lifted.id).await, Some(lifted.clone()));
    assert_eq!(it.lift(lifted.id).await, None);
    assert_eq!(it.all(later(3)).await, [kept]);
    assert!(it.ban("192.0.2.8", 4).await.id > lifted.id);
}

/// Pages show the newest first, each ban once.
pub async fn lists_bans_by_pages(it: &Banning) {
    let mut made = Vec::new();
    for last in 1..=5 {
        made.push(it.ban(&format!("192.0.2.{last}"), last).await);
    }
    made.reverse();
    let page = async |before, limit| it.bans.list(later(6), before, limit).await.expect("a page");
    assert_eq!(page(None, 10).await, made);
    assert_eq!(page(None, 2).await, made[..2]);
    assert_eq!(page(Some(made[1].id), 2).await, made[2..4]);
    assert_eq!(page(Some(made[4].id), 2).await, []);
}

/// Every change has a version of its own, and nothing else has.
pub async fn the_version_tells_of_every_change(it: &Banning) {
    let mut versions = vec![it.version().await];
    let ban = it.ban("192.0.2.7", 1).await;
    versions.push(it.version().await);
    assert_eq!(it.ban_for("192.0.2.7", None, 1).await, None);
    assert_eq!(it.version().await, versions[1]);
    it.lift(ban.id).await.expect("a ban");
    versions.push(it.version().await);
    it.lift(ban.id).await;
    assert_eq!(it.version().await, versions[2]);
    it.ban("192.0.2.7", 1).await;
    versions.push(it.version().await);
    let all = versions.len();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), all, "{versions:?}");
}

/// The audit log tells of bans and of their end, and of no device id.
pub async fn bans_are_audited(it: &Banning) {
    let device = new_device();
    let ban = it.ban_for(device.as_str(), Some(later(90)), 1).await.expect("a ban");
    assert_eq!(it.ban_for(device.as_str(), None, 2).await, None);
    it.lift(ban.id).await.expect("a ban");
    let entries = it.audit.list(&AuditFilter::default(), None, 10).await.expect("entries");
    let actions: Vec<_> = entries.iter().map(|entry| entry.record.action).collect();
    assert_eq!(actions, [AuditAction::AccessBanLifted, AuditAction::AccessBanned]);
    let made = &entries[1].record;
    assert_eq!((made.reason.as_str(), made.subject.as_str()), ("spam", device.short().as_str()));
    let until = later(90).as_millis().to_string();
    assert_eq!(made.changes, Change::of("disabled-until", "", until).into_iter().collect::<Vec<_>>());
}

/// What ended long ago is removed, and nothing else.
pub async fn purges_what_is_over(it: &Banning) {
    for (last, until) in [(1, Some(later(10))), (2, Some(later(20))), (3, None)] {
        it.ban_for(&format!("192.0.2.{last}"), until, 1).await.expect("a ban");
    }
    assert_eq!(it.bans.purge(later(15)).await.expect("a number"), 1);
    assert_eq!(it.bans.purge(later(15)).await.expect("a number"), 0);
    assert_eq!(it.all(later(2)).await.len(), 2);
}

/// Tests bans: `access_bans_contract!(sqlite, setup())`, where the setup yields `(Banning, guard)`.
#[macro_export]
macro_rules! access_bans_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            access_bans,
            [
                keeps_bans_as_they_were_made,
                a_target_is_banned_once,
                a_ban_that_is_over_makes_way,
                a_ban_is_lifted,
                lists_bans_by_pages,
                the_version_tells_of_every_change,
                bans_are_audited,
                purges_what_is_over,
            ]
        );
    };
}
