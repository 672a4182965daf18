//! What administrators do, and what is done for them.

use std::sync::Arc;

use usher_application::{
    AccountKeeping, AccountSecuring, Administration, AdministratorManagement, Amender, AuditReview,
    AvatarKeeping, DeleteUser, EditUser, EndSessions, ListUsers, RevealDevices, SetPassword, ToggleStatus,
};
use usher_domain::SetUpCode;
use usher_http::AdminPorts;
use usher_ports::inbound::{
    AdminDeleteUser, AdminEditUser, AdminEndSessions, AdminListUsers, AdminRevealDevices, AdminSetPassword,
    AdminToggleStatus, Administrate, KeepAccounts, KeepAvatars, ManageAdministrators, ReviewAudit,
    SecureAccount,
};

use super::clients::{limits, revoker, statistics_keeping};
use super::{Adapters, second_factors};
use crate::config::Config;

/// What administrators can do.
#[derive(Clone)]
pub struct AdminUseCases {
    /// Shows users.
    pub list_users: Arc<dyn AdminListUsers>,
    /// Switches them off and on.
    pub toggle_status: Arc<dyn AdminToggleStatus>,
    /// Sets their passwords.
    pub set_password: Arc<dyn AdminSetPassword>,
    /// Makes and changes them.
    pub edit_user: Arc<dyn AdminEditUser>,
    /// Deletes them.
    pub delete_user: Arc<dyn AdminDeleteUser>,
    /// Shows their whole device ids.
    pub reveal_devices: Arc<dyn AdminRevealDevices>,
    /// Ends their sessions.
    pub end_sessions: Arc<dyn AdminEndSessions>,
    /// Shows what administrators did.
    pub audit: Arc<dyn ReviewAudit>,
    /// Says who may administrate.
    pub manage_administrators: Arc<dyn ManageAdministrators>,
}

/// The way in for administrators.
pub fn administration(adapters: &Adapters, config: &Config, code: SetUpCode) -> Arc<dyn Administrate> {
    Arc::new(Administration {
        administrators: adapters.administrators.clone(),
        sessions: adapters.administrators.clone(),
        hasher: Arc::clone(&adapters.hasher),
        factors: second_factors(adapters),
        requirement: config.admin.requirement(),
        limits: limits(adapters, config),
        browsers: Arc::clone(&adapters.browsers),
        ids: Arc::clone(&adapters.ids),
        clock: Arc::clone(&adapters.clock),
        policy: config.admin.policy(),
        code,
        audit: Arc::clone(&adapters.audit),
    })
}

/// What administrators do about their own accounts.
pub fn account_securing(adapters: &Adapters, config: &Config) -> Arc<dyn SecureAccount> {
    Arc::new(AccountSecuring {
        administrators: adapters.administrators.clone(),
        sessions: adapters.administrators.clone(),
        second_factors: adapters.administrators.clone(),
        hasher: Arc::clone(&adapters.hasher),
        factors: second_factors(adapters),
        requirement: config.admin.requirement(),
        limits: limits(adapters, config),
        ids: Arc::clone(&adapters.ids),
        clock: Arc::clone(&adapters.clock),
    })
}

/// The administrators' use cases.
pub fn admin_use_cases(adapters: &Adapters) -> AdminUseCases {
    let Adapters { users, sessions, hasher, clock, audit, .. } = adapters.clone();
    let amender = Arc::new(Amender {
        users: users.clone(),
        registry: users.clone(),
        changes: users,
        revoker: revoker(adapters),
        clock: Arc::clone(&clock),
    });
    AdminUseCases {
        list_users: Arc::new(ListUsers {
            users: adapters.users.clone(),
            directory: adapters.users.clone(),
            sessions: Arc::clone(&sessions),
            clock: Arc::clone(&clock),
        }),
        toggle_status: Arc::new(ToggleStatus { amender: Arc::clone(&amender) }),
        edit_user: Arc::new(EditUser {
            amender: Arc::clone(&amender),
            hasher: Arc::clone(&hasher),
            ids: Arc::clone(&adapters.ids),
        }),
        delete_user: Arc::new(DeleteUser { amender: Arc::clone(&amender) }),
        reveal_devices: Arc::new(RevealDevices {
            users: adapters.users.clone(),
            audit: Arc::clone(&audit),
            clock: Arc::clone(&clock),
        }),
        end_sessions: Arc::new(EndSessions {
            users: adapters.users.clone(),
            sessions,
            audit: Arc::clone(&audit),
            clock: Arc::clone(&clock),
        }),
        audit: Arc::new(AuditReview { audit, clock: Arc::clone(&clock) }),
        manage_administrators: Arc::new(AdministratorManagement {
            administrators: adapters.administrators.clone(),
            hasher: Arc::clone(&hasher),
            clock,
        }),
        set_password: Arc::new(SetPassword { amender, hasher }),
    }
}

/// Does what is due about accounts.
pub fn account_keeping(adapters: &Adapters, config: &Config) -> Arc<dyn KeepAccounts> {
    Arc::new(AccountKeeping {
        users: adapters.users.clone(),
        changes: adapters.users.clone(),
        directory: adapters.users.clone(),
        clock: Arc::clone(&adapters.clock),
        keep_deleted: config.admin.keep_deleted.duration(),
    })
}

/// Takes pictures in and gives them out.
pub fn avatar_keeping(adapters: &Adapters) -> Arc<dyn KeepAvatars> {
    Arc::new(AvatarKeeping {
        avatars: Arc::clone(&adapters.avatars),
        users: adapters.users.clone(),
        installations: Arc::clone(&adapters.installations),
        audit: Arc::clone(&adapters.audit),
        ids: Arc::clone(&adapters.ids),
        clock: Arc::clone(&adapters.clock),
    })
}

/// What the pages of the administration call.
pub fn admin_ports(adapters: &Adapters, config: &Config, code: SetUpCode) -> AdminPorts {
    let cases = admin_use_cases(adapters);
    AdminPorts {
        administrate: administration(adapters, config, code),
        list_users: cases.list_users,
        toggle_status: cases.toggle_status,
        edit_user: cases.edit_user,
        delete_user: cases.delete_user,
        end_sessions: cases.end_sessions,
        reveal_devices: cases.reveal_devices,
        avatars: avatar_keeping(adapters),
        statistics: statistics_keeping(adapters),
        manage_administrators: cases.manage_administrators,
        secure_account: account_securing(adapters, config),
        audit: cases.audit,
    }
}
