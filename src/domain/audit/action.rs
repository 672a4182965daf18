use std::str::FromStr;

use crate::UnknownName;

macro_rules! actions {
    ($($(#[$doc:meta])+ $action:ident = $word:literal,)+) => {
        /// An audited action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditAction {
            $($(#[$doc])+ $action,)+
        }

        impl AuditAction {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$action),+];

            /// The name in stores.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $word,)+
                }
            }
        }
    };
}

actions! {
    /// A user was created.
    UserCreated = "user-created",
    /// Name, nickname, picture or password of a user were changed.
    UserEdited = "user-edited",
    /// A user was enabled.
    UserEnabled = "user-enabled",
    /// A user was disabled.
    UserDisabled = "user-disabled",
    /// A visitor was made a registered user.
    UserConverted = "user-converted",
    /// A device was unlinked from a user.
    DeviceUnlinked = "device-unlinked",
    /// All that is known about a user was written into a file.
    UserExported = "user-exported",
    /// A note about a user was added.
    NoteAdded = "note-added",
    /// A note about a user was removed.
    NoteRemoved = "note-removed",
    /// A user got a new password.
    UserPassword = "user-password",
    /// A user was deleted.
    UserDeleted = "user-deleted",
    /// A deleted user was restored.
    UserRestored = "user-restored",
    /// A deleted user was purged.
    UserPurged = "user-purged",
    /// A bulk job was started.
    BulkStarted = "bulk-started",
    /// A job was started that undoes a bulk job.
    BulkUndone = "bulk-undone",
    /// A bulk job was paused.
    BulkPaused = "bulk-paused",
    /// A bulk job was resumed.
    BulkResumed = "bulk-resumed",
    /// A bulk job was cancelled.
    BulkCancelled = "bulk-cancelled",
    /// A bulk job finished.
    BulkFinished = "bulk-finished",
    /// Sessions of a user were ended.
    SessionsEnded = "sessions-ended",
    /// Users were written into a file.
    UsersExported = "users-exported",
    /// People who do not exist were added; their number is the subject.
    DemoLoaded = "demo-loaded",
    /// A picture was stored.
    PictureStored = "picture-stored",
    /// The store of pictures was taken over, and those that no user has were deleted.
    PicturesSwept = "pictures-swept",
    /// A device, an address or a network was banned.
    AccessBanned = "access-banned",
    /// Such a ban was lifted.
    AccessBanLifted = "access-ban-lifted",
    /// An administrator was created.
    AdministratorAdded = "administrator-added",
    /// A link was made that makes an administrator.
    AdministratorInvited = "administrator-invited",
    /// A link was made that gives an administrator a new password.
    ResetLinkMade = "reset-link-made",
    /// A link was withdrawn.
    InvitationWithdrawn = "invitation-withdrawn",
    /// An administrator got another role.
    AdministratorRoleChanged = "administrator-role",
    /// An administrator got a new password.
    AdministratorPassword = "administrator-password",
    /// An administrator was removed.
    AdministratorRemoved = "administrator-removed",
    /// An administrator turned the second factor on.
    SecondFactorOn = "second-factor-on",
    /// A second factor was turned off, by its owner or by an owner.
    SecondFactorOff = "second-factor-off",
    /// An administrator made new recovery codes.
    RecoveryCodes = "recovery-codes",
    /// Whole device ids of a user were shown.
    DeviceIdsShown = "device-ids-shown",
    /// An administrator logged in.
    LoggedIn = "logged-in",
    /// An administrator logged out.
    LoggedOut = "logged-out",
    /// A login failed.
    LogInFailed = "log-in-failed",
    /// An action was refused.
    Refused = "refused",
}

impl AuditAction {
    /// Whether it is about a bulk job, whose number is then the subject.
    pub const fn is_of_bulk_job(self) -> bool {
        matches!(
            self,
            Self::BulkStarted
                | Self::BulkUndone
                | Self::BulkPaused
                | Self::BulkResumed
                | Self::BulkCancelled
                | Self::BulkFinished
        )
    }
}

impl FromStr for AuditAction {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or(UnknownName)
    }
}
