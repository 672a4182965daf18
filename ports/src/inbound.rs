//! What the hexagon offers: one use case a file.

mod admin_delete_user;
mod admin_edit_user;
mod admin_end_sessions;
mod admin_list_users;
mod admin_reveal_devices;
mod admin_set_password;
mod admin_toggle_status;
mod administrate;
mod authenticate_device;
mod authenticate_session;
mod check_readiness;
mod keep_accounts;
mod keep_avatars;
mod keep_statistics;
mod log_in;
mod log_in_visitor;
mod log_out;
mod manage_administrators;
mod refusal;
mod register_user;
mod register_visitor;
mod review_audit;
mod search_users;
mod secure_account;
mod settle_revocations;
mod upgrade_visitor;
mod view_profile;

use usher_domain::{ClientAddress, PlainPassword, Role, User, Username, UsernameKey};

pub use admin_delete_user::AdminDeleteUser;
pub use admin_edit_user::{AdminEditUser, UserDraft, UserRevision};
pub use admin_end_sessions::AdminEndSessions;
pub use admin_list_users::{AdminListUsers, ListedDevice, UserDetails, UserName};
pub use admin_reveal_devices::AdminRevealDevices;
pub use admin_set_password::AdminSetPassword;
pub use admin_toggle_status::{AdminToggleStatus, StatusWish};
pub use administrate::{Administrate, AdministratorCredentials, AdministratorSignedIn};
pub use authenticate_device::{AuthenticateDevice, SignedRequest};
pub use authenticate_session::AuthenticateSession;
pub use check_readiness::CheckReadiness;
pub use keep_accounts::{KeepAccounts, Purge};
pub use keep_avatars::{AvatarSurvey, AvatarSweep, KeepAvatars};
pub use keep_statistics::{KeepStatistics, Overview, ViewStatistics};
pub use log_in::LogIn;
pub use log_in_visitor::LogInVisitor;
pub use log_out::LogOut;
pub use manage_administrators::ManageAdministrators;
pub use refusal::{AdminRefusal, Refusal};
pub use register_user::RegisterUser;
pub use register_visitor::RegisterVisitor;
pub use review_audit::{ReviewAudit, Verification};
pub use search_users::SearchUsers;
pub use secure_account::{AccountSecurity, FactorOffer, OwnSession, SecureAccount};
pub use settle_revocations::SettleRevocations;
pub use upgrade_visitor::UpgradeVisitor;
pub use view_profile::ViewProfile;

use crate::outbound::Token;

/// A name and a password somebody wants to have.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name.
    pub username: Username,
    /// The password.
    pub password: PlainPassword,
    /// Where the call comes from.
    pub from: ClientAddress,
}

/// A name and a password somebody claims to have.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name, in the form it is compared by.
    pub username: UsernameKey,
    /// The password.
    pub password: PlainPassword,
    /// Where the call comes from.
    pub from: ClientAddress,
}

/// Somebody who just came in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// What the session may do. Below the account's own role when only the device is known: then the account's
    /// private fields must not be shown.
    pub role: Role,
    /// To be presented with the next calls.
    pub token: Token,
}
