//! Usher's domain as types and pure decisions: who a user is, what a session may do, when a quota is used up.
//!
//! Nothing here reads a clock, draws a random number or talks to anything. A value of these types is valid from the
//! moment it exists, so nothing further in checks it again.

mod access_ban;
mod address;
mod administrator;
mod audit;
mod authority;
mod avatar;
mod ban;
mod bulk_job;
mod caller;
mod decision;
mod device;
mod event;
mod installation;
mod invitation;
mod limits;
mod listing;
mod nickname;
mod note;
mod password;
mod period;
mod profile;
mod registration;
mod search;
mod second_factor;
mod session;
mod session_origin;
mod signature;
mod statistics;
mod time;
mod user;
mod user_change;
mod username;
mod visibility;

pub use access_ban::{AccessBan, AccessBanId, BanSet, BanTarget, InvalidBanTarget};
pub use address::{ClientAddress, Network};
pub use administrator::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    InvalidAdministratorName, SetUpCode,
};
pub use audit::{
    AuditAction, AuditContext, AuditEntry, AuditRecord, ChainDigest, Change, InvalidReason, Reason,
};
pub use authority::{Actor, Administrator, Forbidden, Operator, Owner, Viewer};
pub use avatar::{AvatarName, AvatarSize, PictureKind};
pub use ban::{BanEnd, EndPassed};
pub use bulk_job::{
    AccountState, BulkAction, BulkControl, BulkCounts, BulkJob, BulkJobId, BulkOutcome, BulkState,
    BulkTarget, BulkUser, NewBulkJob,
};
pub use caller::{Caller, Ended, UserSession, VisitorSession};
pub use decision::{Decision, Declined, Removal};
pub use device::{
    Device, DeviceAttribute, DeviceAttributes, DeviceId, InvalidDevice, SeenDevice, ShortDeviceId,
};
pub use event::{Event, EventType, LoggedEvent};
pub use installation::{InstallationId, sweeps_too_much};
pub use invitation::Invitation;
pub use limits::{InvalidQuota, Limit, Quota, QuotaDecision};
pub use listing::{AuditFilter, UserCursor, UserFilter, UserOrder};
pub use nickname::{InvalidNickname, Nickname};
pub use note::{InvalidNote, NoteText, UserNote};
pub use password::{
    InvalidAdministratorPassword, InvalidPassword, NewPassword, PasswordHash, PlainPassword, WeakPassword,
};
pub use period::{InvalidPeriod, Period};
pub use profile::{Gender, Profile};
pub use registration::{NewUser, NewVisitor, Origin, Upgrade};
pub use search::{InvalidKeyword, Keyword, Search};
pub use second_factor::{
    FactorRequirement, OneTimeCode, RecoveryCode, RecoveryDigest, RecoveryTag, SealedSecret,
    SecondFactorResponse, TotpSecret,
};
pub use session::{NewSession, Session, SessionId, SessionPolicy, SessionSecret};
pub use session_origin::{DeviceTag, SessionOrigin};
pub use signature::{
    AuthenticatedDevice, ClientSignature, ReplayKey, SignatureRefused, SignedClaim, SignedRoute,
    VerifiedClaim,
};
pub use statistics::{AccountTotals, Count, Day, Dimension, Hour, Measure, RefusalReason};
pub use time::Timestamp;
pub use user::{Contact, Epoch, ExternalAccounts, Role, Status, UnknownName, User, UserId, Version, Visit};
pub use user_change::{NotApplicable, UserChange, UserEdit};
pub use username::{InvalidUsername, ReservedNames, Username, UsernameKey};
pub use visibility::{FoundUser, ManagedDevice, ManagedUser, OwnAccount, PrivateFields, PublicProfile};
