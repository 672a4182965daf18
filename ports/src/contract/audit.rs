//! The laws of an [`AuditLog`], and of what repositories leave in it.

use std::sync::Arc;

use usher_domain::{
    AdministratorName, AdministratorRole, AdministratorSession, AuditAction, AuditContext, AuditEntry,
    AuditFilter, ChainDigest, NewUser, Origin, Reason, SessionSecret, Status, UserChange,
};

use super::{UNKNOWN_USER, a_user, add_user, at_once, context, delete, hash, later, new_user, set_password};
use crate::outbound::{
    AddAdministrator, AdministratorRepository, AuditLog, NewAdministrator, UserRepository,
};

/// A log, and the repositories that write into it.
pub struct Audited {
    /// The log.
    pub audit: Arc<dyn AuditLog>,
    /// Keeps users.
    pub users: Arc<dyn UserRepository>,
    /// Keeps administrators.
    pub administrators: Arc<dyn AdministratorRepository>,
}

impl Audited {
    async fn all(&self) -> Vec<AuditEntry> {
        self.audit.after(0, 1_000).await.expect("entries")
    }

    async fn actions(&self) -> Vec<AuditAction> {
        self.all().await.into_iter().map(|entry| entry.record.action).collect()
    }

    /// That the numbers have no gap and each digest is made of the one before.
    async fn holds(&self) {
        let (mut number, mut digest) = (0, ChainDigest::START);
        for entry in self.all().await {
            number += 1;
            digest = entry.record.chain_digest(number, &digest);
            assert_eq!((entry.number, entry.digest), (number, digest));
        }
        assert_eq!(self.audit.head().await.expect("a head"), (number, digest));
    }
}

/// An empty log begins at the start.
pub async fn begins_empty(it: &Audited) {
    assert_eq!(it.audit.head().await.expect("a head"), (0, ChainDigest::START));
    assert_eq!(it.all().await, []);
}

/// An entry is found as it was appended.
pub async fn keeps_an_entry_as_it_was_appended(it: &Audited) {
    let context = AuditContext {
        by: "ann@example.com".to_owned(),
        from: Some("2001:db8::1".parse().expect("an address")),
        at: later(3),
        reason: Reason::parse("垃圾信息 \"<b>'").expect("a reason"),
    };
    let record = context.record(AuditAction::Refused, "POST /admin/用户");
    it.audit.append(&record).await.expect("an entry");
    let all = it.all().await;
    assert_eq!(all.iter().map(|entry| &entry.record).collect::<Vec<_>>(), [&record]);
    it.holds().await;
}

/// Entries that are appended at once are one chain.
pub async fn entries_at_once_are_one_chain(it: &Audited) {
    let user = a_user(&it.users).await;
    at_once((0..20_u32).map(|n| {
        let (audit, users, id) = (Arc::clone(&it.audit), Arc::clone(&it.users), user.id);
        async move {
            if n % 2 == 0 {
                audit.append(&context(n).record(AuditAction::Refused, "x")).await.expect("an entry");
            } else {
                let status = if n % 4 == 1 { Status::Disabled } else { Status::Locked };
                let change = UserChange::Status { status, until: Some(later(n)), spares_bans: false };
                users.change(id, &change, None, &context(n)).await.expect("an answer");
            }
        }
    }))
    .await;
    it.holds().await;
    assert!(it.all().await.len() > 10);
}

/// Every change of a user leaves an entry with what is different, and none with a secret.
pub async fn every_change_of_a_user_leaves_an_entry(it: &Audited) {
    let new = NewUser { origin: Origin::Administrator(context(1)), ..new_user("audited_01") };
    let user = add_user(&it.users, &new).await;
    let why = context(2).because(Reason::parse("spam").expect("a reason"));
    let off = UserChange::status(Status::Disabled);
    it.users.change(user.id, &off, None, &why).await.expect("an answer");
    set_password(&it.users, &user, "$second$").await.expect("a user");
    delete(&it.users, &user).await.expect("a user");
    it.users.change(user.id, &UserChange::Restore, None, &context(3)).await.expect("an answer");
    delete(&it.users, &user).await.expect("a user");
    it.users.purge(later(100), 10, &context(200)).await.expect("a number");
    assert_eq!(
        it.actions().await,
        [
            AuditAction::UserCreated,
            AuditAction::UserDisabled,
            AuditAction::UserPassword,
            AuditAction::UserDeleted,
            AuditAction::UserRestored,
            AuditAction::UserDeleted,
            AuditAction::UserPurged,
        ]
    );
    let all = it.all().await;
    assert!(all.iter().all(|entry| entry.record.user == Some(user.id)));
    assert!(all.iter().all(|entry| entry.record.subject == "audited_01"));
    let off = &all[1].record;
    assert_eq!((off.by.as_str(), off.at, off.reason.as_str()), ("ann", later(2), "spam"));
    let changes: Vec<_> =
        off.changes.iter().map(|it| (it.field.as_str(), it.before.as_str(), it.after.as_str())).collect();
    assert_eq!(changes, [("status", "enabled", "disabled")]);
    assert!(!format!("{all:?}").contains("$second$"));
    it.holds().await;
}

/// What changes nothing leaves nothing, nor does what people do themselves.
pub async fn what_changes_nothing_leaves_no_entry(it: &Audited) {
    let user = a_user(&it.users).await;
    let off = UserChange::status(Status::Disabled);
    it.users.change(user.id, &off, None, &context(1)).await.expect("an answer");
    for change in [off, UserChange::Restore] {
        it.users.change(user.id, &change, None, &context(2)).await.expect("an answer");
    }
    it.users.change(user.id, &UserChange::Delete, Some(user.version), &context(2)).await.expect("an answer");
    it.users.change(UNKNOWN_USER, &UserChange::Delete, None, &context(2)).await.expect("an answer");
    let taken = NewUser { origin: Origin::Administrator(context(1)), ..new_user(user.username.as_str()) };
    it.users.add_user(&taken).await.expect("an answer");
    assert_eq!(it.actions().await, [AuditAction::UserDisabled]);
}

/// What is done about administrators leaves an entry.
pub async fn every_change_of_administrators_leaves_an_entry(it: &Audited) {
    let new = |name: &str| NewAdministrator {
        name: AdministratorName::parse(name).expect("a name"),
        role: AdministratorRole::Owner,
        password: hash("$first$"),
    };
    let AddAdministrator::Added(ann) =
        it.administrators.add_first(&new("ann"), &context(1)).await.expect("an answer")
    else {
        unreachable!("the first one")
    };
    let AddAdministrator::Added(bob) =
        it.administrators.add(&new("bob"), &context(2)).await.expect("an answer")
    else {
        unreachable!("a free name")
    };
    it.administrators.add(&new("bob"), &context(2)).await.expect("an answer");
    let session = |n: u8| AdministratorSession {
        id: SessionSecret::new([n; 32]).id(),
        administrator: ann.id,
        from: None,
        started_at: later(3),
        seen_at: later(3),
        expires_at: later(90),
    };
    for n in [1, 2] {
        assert!(
            it.administrators
                .open(&session(n), &hash("$first$"), None, &context(3))
                .await
                .expect("an answer")
        );
    }
    assert!(
        !it.administrators.open(&session(3), &hash("$wrong$"), None, &context(3)).await.expect("an answer")
    );
    for _ in 0..2 {
        it.administrators.end(session(1).id, &context(4)).await.expect("an answer");
    }
    it.administrators.end_all(ann.id, None, &context(5)).await.expect("an answer");
    assert!(it.administrators.set_password(bob.id, &hash("$x$"), &context(6)).await.expect("an answer"));
    it.administrators.remove(bob.id, &context(7)).await.expect("an answer");
    it.administrators.remove(ann.id, &context(8)).await.expect("an answer");
    assert_eq!(
        it.actions().await,
        [
            AuditAction::AdministratorAdded,
            AuditAction::AdministratorAdded,
            AuditAction::LoggedIn,
            AuditAction::LoggedIn,
            AuditAction::LoggedOut,
            AuditAction::LoggedOut,
            AuditAction::AdministratorPassword,
            AuditAction::AdministratorRemoved,
        ]
    );
    let subjects: Vec<String> = it.all().await.into_iter().map(|entry| entry.record.subject).collect();
    assert_eq!(subjects, ["ann", "bob", "", "", "", "everywhere", "bob", "bob"]);
    it.holds().await;
}

/// Entries are listed the latest first, page by page, by who, what, whom and when.
pub async fn lists_entries(it: &Audited) {
    let (alice, bob) = (a_user(&it.users).await, a_user(&it.users).await);
    for (seconds, by, user) in [(1, "ann", &alice), (2, "ben", &bob), (3, "ann", &bob)] {
        let context = AuditContext { by: by.to_owned(), ..context(seconds) };
        let change =
            UserChange::Status { status: Status::Disabled, until: Some(later(seconds)), spares_bans: false };
        it.users.change(user.id, &change, None, &context).await.expect("an answer");
    }
    it.audit.append(&context(4).record(AuditAction::LogInFailed, "")).await.expect("an entry");
    let list = async |filter: AuditFilter, before| {
        let entries = it.audit.list(&filter, before, 2).await.expect("entries");
        entries.into_iter().map(|entry| entry.number).collect::<Vec<_>>()
    };
    let all = AuditFilter::default;
    assert_eq!(list(all(), None).await, [4, 3]);
    assert_eq!(list(all(), Some(3)).await, [2, 1]);
    assert_eq!(list(AuditFilter { by: Some("ann".to_owned()), ..all() }, Some(4)).await, [3, 1]);
    assert_eq!(list(AuditFilter { action: Some(AuditAction::LogInFailed), ..all() }, None).await, [4]);
    assert_eq!(list(AuditFilter { user: Some(bob.id), ..all() }, None).await, [3, 2]);
    let by_part = |part: &str| AuditFilter { by_part: Some(part.to_owned()), ..all() };
    assert_eq!(list(by_part("nn"), Some(4)).await, [3, 1]);
    assert_eq!(list(by_part("%"), None).await, []);
    let name = bob.username.as_str();
    for part in [name.to_uppercase(), name[1..].to_owned()] {
        let about = AuditFilter { subject_part: Some(part.clone()), ..all() };
        assert_eq!(list(about, None).await, [3, 2], "{part}");
    }
    let between = AuditFilter { from: Some(later(2)), until: Some(later(3)), ..all() };
    assert_eq!(list(between, None).await, [2]);
}

/// Tests a log: `audit_contract!(sqlite, setup())`, where the setup yields `(Audited, guard)`.
#[macro_export]
macro_rules! audit_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            audit,
            [
                begins_empty,
                keeps_an_entry_as_it_was_appended,
                entries_at_once_are_one_chain,
                every_change_of_a_user_leaves_an_entry,
                what_changes_nothing_leaves_no_entry,
                every_change_of_administrators_leaves_an_entry,
                lists_entries,
            ]
        );
    };
}
