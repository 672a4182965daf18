//! Changes of many users, made by a job: which users, what it does to each, and what it leaves so that it can be undone.

mod audit;
mod deciding;

use std::net::IpAddr;
use std::str::FromStr;

use crate::{
    AuditAction, AuditContext, EventType, Reason, Status, Timestamp, UnknownName, User, UserFilter, UserId,
    Version,
};

/// The number of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BulkJobId(pub i64);

macro_rules! words {
    ($(#[$doc:meta])+ $name:ident { $($(#[$on:meta])+ $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$on])+ $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in stores and addresses.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|it| it.as_str() == text).ok_or(UnknownName)
            }
        }
    };
}

words! {
    /// What a job does to each user.
    BulkAction {
        /// Enables them.
        Enable = "enable",
        /// Disables them.
        Disable = "disable",
        /// Deletes them; they can be restored for a while.
        Delete = "delete",
        /// Restores those who are deleted.
        Restore = "restore",
    }
}

words! {
    /// Whether a job goes on.
    BulkState {
        /// It has users before it.
        Running = "running",
        /// An administrator stopped it for now.
        Paused = "paused",
        /// An administrator stopped it for good.
        Cancelled = "cancelled",
        /// It has been through all users.
        Finished = "finished",
    }
}

words! {
    /// What became of a user.
    BulkOutcome {
        /// The job has not come to the user yet.
        Pending = "pending",
        /// The job changed the user.
        Changed = "changed",
        /// The user was as requested already, or has a ban that the job leaves alone.
        Unchanged = "unchanged",
        /// An undo left the user alone, because the user was changed after the job that it undoes.
        ChangedSince = "changed-since",
        /// There is no such user any more.
        Missing = "missing",
    }
}

words! {
    /// What an administrator does to a job.
    BulkControl {
        /// Stops it for now.
        Pause = "pause",
        /// Lets it go on.
        Resume = "resume",
        /// Stops it for good.
        Cancel = "cancel",
    }
}

impl BulkAction {
    /// What takes it back.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::Enable => Self::Disable,
            Self::Disable => Self::Enable,
            Self::Delete => Self::Restore,
            Self::Restore => Self::Delete,
        }
    }

    pub(crate) const fn audit_action(self) -> AuditAction {
        match self {
            Self::Enable => AuditAction::UserEnabled,
            Self::Disable => AuditAction::UserDisabled,
            Self::Delete => AuditAction::UserDeleted,
            Self::Restore => AuditAction::UserRestored,
        }
    }

    pub(crate) const fn event_type(self) -> EventType {
        match self {
            Self::Enable => EventType::UserEnabled,
            Self::Disable => EventType::UserDisabled,
            Self::Delete => EventType::UserDeleted,
            Self::Restore => EventType::UserRestored,
        }
    }
}

impl BulkControl {
    /// The states from which it leads, and the state to which it leads.
    pub const fn transition(self) -> (&'static [BulkState], BulkState) {
        match self {
            Self::Pause => (&[BulkState::Running], BulkState::Paused),
            Self::Resume => (&[BulkState::Paused], BulkState::Running),
            Self::Cancel => (&[BulkState::Running, BulkState::Paused], BulkState::Cancelled),
        }
    }
}

impl BulkState {
    /// Whether no further user is changed, ever.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Cancelled | Self::Finished)
    }
}

/// Which users a job goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkTarget {
    /// Those that were chosen one by one.
    Chosen(Vec<UserId>),
    /// Those that match, from the highest id downwards.
    Matching(UserFilter),
    /// Those that a job changed: they become what they were before it.
    Undoing(BulkJobId),
}

/// A job to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBulkJob {
    /// What it does. Of an undo, the inverse of what it undoes.
    pub action: BulkAction,
    /// To which users.
    pub target: BulkTarget,
    /// Whether enabling leaves bans that have an end or a reason.
    pub spares_bans: bool,
    /// How many users it is about; none if they are more than are counted.
    pub total: Option<u32>,
    /// Who asks for it, when and why.
    pub context: AuditContext,
}

/// What was done so far, in users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BulkCounts {
    /// Changed.
    pub changed: u32,
    /// Left as they were.
    pub unchanged: u32,
    /// Not found.
    pub missing: u32,
}

impl BulkCounts {
    /// All that the job has come to.
    pub const fn done(self) -> u32 {
        self.changed + self.unchanged + self.missing
    }

    /// With one more.
    pub const fn count(&mut self, outcome: BulkOutcome) {
        match outcome {
            BulkOutcome::Changed => self.changed += 1,
            BulkOutcome::Unchanged | BulkOutcome::ChangedSince => self.unchanged += 1,
            BulkOutcome::Missing => self.missing += 1,
            BulkOutcome::Pending => {}
        }
    }
}

/// A job, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkJob {
    /// Its number.
    pub id: BulkJobId,
    /// What it does.
    pub action: BulkAction,
    /// Those that match; none if they were chosen, or if it undoes a job.
    pub filter: Option<UserFilter>,
    /// The job that it undoes.
    pub undoes: Option<BulkJobId>,
    /// The job that undoes it.
    pub undone_by: Option<BulkJobId>,
    /// Whether enabling leaves bans that have an end or a reason.
    pub spares_bans: bool,
    /// Who asked for it.
    pub by: String,
    /// From where.
    pub from: Option<IpAddr>,
    /// Why.
    pub reason: Reason,
    /// Whether it goes on.
    pub state: BulkState,
    /// How many users it is about; none if they are more than are counted.
    pub total: Option<u32>,
    /// What was done so far.
    pub counts: BulkCounts,
    /// The users with a lower id are still to come.
    pub position: UserId,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it changed users last, or was paused, resumed or cancelled.
    pub updated_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Until when the list of its users is kept; none while it runs, and once the list is gone.
    pub listed_until: Option<Timestamp>,
}

/// What became of one user of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkUser {
    /// Who.
    pub user: UserId,
    /// What they were called; empty if that is not known.
    pub username: String,
    /// What became of them.
    pub outcome: BulkOutcome,
    /// What they were before.
    pub before: AccountState,
    /// Their version afterwards.
    pub version: Version,
}

/// All about an account that a job can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Enabled or not.
    pub status: Status,
    /// When a ban ends.
    pub disabled_until: Option<Timestamp>,
    /// Why it is disabled.
    pub disabled_reason: Reason,
    /// Who disabled it.
    pub disabled_by: String,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

impl AccountState {
    /// Of this account.
    pub fn of(user: &User) -> Self {
        Self {
            status: user.status,
            disabled_until: user.disabled_until,
            disabled_reason: user.disabled_reason.clone(),
            disabled_by: user.disabled_by.clone(),
            deleted_at: user.deleted_at,
        }
    }

    /// Makes the account what it was. Tells whether that ends its sessions.
    pub(crate) fn restore(&self, user: &mut User) -> bool {
        let was_active = user.is_active();
        user.status = self.status;
        user.disabled_until = self.disabled_until;
        user.disabled_reason = self.disabled_reason.clone();
        user.disabled_by.clone_from(&self.disabled_by);
        user.deleted_at = self.deleted_at;
        was_active && !user.is_active()
    }
}
