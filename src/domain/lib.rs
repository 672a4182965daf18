//! What Usher is about, as types and pure decisions: who somebody is, what a session may do, when a budget is spent.
//!
//! Nothing here reads a clock, draws a random number or talks to anything. A value of these types is valid from the
//! moment it exists, so nothing further in checks it again.

mod address;
mod administrator;
mod amendment;
mod audit;
mod authority;
mod avatar;
mod decision;
mod device;
mod installation;
mod limits;
mod listing;
mod nickname;
mod password;
mod period;
mod profile;
mod search;
mod second_factor;
mod session;
mod signature;
mod statistics;
mod time;
mod user;
mod username;
mod visibility;

pub use address::{ClientAddress, Network};
pub use administrator::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    InvalidAdministratorName, SetUpCode,
};
pub use amendment::{Amendment, NotApplicable, UserEdit};
pub use audit::{AuditAction, AuditEntry, Change, Deed, InvalidReason, Link, Reason, Record};
pub use authority::{
    Actor, Administrator, Caller, Ended, Forbidden, Operator, Owner, UserSession, Viewer, VisitorSession,
};
pub use avatar::{AvatarName, AvatarSize, PictureKind};
pub use decision::{Decision, Declined};
pub use device::{Device, DeviceFacts, DeviceId, Fact, InvalidDevice, SeenDevice, ShortDeviceId};
pub use installation::{InstallationId, sweeps_too_much};
pub use limits::{Budget, InvalidBudget, Limit, Spent};
pub use listing::{AuditFilter, UserCursor, UserFilter, UserOrder};
pub use nickname::{InvalidNickname, Nickname};
pub use password::{
    InvalidAdministratorPassword, InvalidPassword, NewPassword, PasswordHash, PlainPassword, WeakPassword,
};
pub use period::{InvalidPeriod, Period};
pub use profile::{Gender, Profile};
pub use search::{InvalidKeyword, Keyword, Search};
pub use second_factor::{
    FactorRequirement, OneTimeCode, RecoveryCode, RecoveryDigest, RecoveryTag, SealedSecret, SecondProof,
    TotpSecret,
};
pub use session::{NewSession, Session, SessionId, SessionPolicy, SessionSecret};
pub use signature::{
    ClientSignature, ProvenDevice, ReplayKey, SignatureRefused, SignedClaim, SignedRoute, VerifiedClaim,
};
pub use statistics::{Count, Day, Dimension, Measure};
pub use time::Timestamp;
pub use user::{Contact, Epoch, ExternalAccounts, Role, Status, UnknownName, User, UserId, Version, Visit};
pub use username::{InvalidUsername, ReservedNames, Username, UsernameKey};
pub use visibility::{FoundUser, ManagedDevice, ManagedUser, OwnAccount, PrivateFields, PublicProfile};
