//! What administrators do, at the command line and in the browser.

use std::sync::Arc;

use usher_application::{
    AccountService, AdminEndSessionsService, AdminListUsersService, AdminRevealDevicesService,
    AdminUnlinkDeviceService, AuthenticateAdministratorService, ExportUserService,
    InviteAdministratorsService, ManageAccessBansService, ManageAdministratorsService, ManageBulkJobsService,
    NoteUsersService, ReviewAuditService, SecureAccountService,
};
use usher_domain::SetUpCode;
use usher_http::AdminPorts;
use usher_ports::inbound::{
    AdminEndSessions, AdminListUsers, AdminRevealDevices, AdminSetPassword, AdminUnlinkDevice,
    AuthenticateAdministrator, ExportUser, InviteAdministrators, ManageAccessBans, ManageAdministrators,
    ManageBulkJobs, NoteUsers, ReviewAudit, SecureAccount,
};

use super::clients::{check_readiness, limits};
use super::maintenance::{manage_avatars, revoker, statistics_service};
use super::{Adapters, access_gate, second_factors};
use crate::config::Config;
use crate::demo::Demo;

/// What the pages of the administration call, and the command line does.
pub fn admin_ports(adapters: &Adapters, config: &Config, code: SetUpCode) -> AdminPorts {
    let accounts = account_service(adapters);
    AdminPorts {
        authenticate_administrator: authenticate_administrator(adapters, config, code),
        list_users: list_users(adapters),
        bulk_jobs: bulk_jobs(adapters, config),
        toggle_status: accounts.clone(),
        edit_user: accounts.clone(),
        delete_user: accounts,
        reveal_devices: reveal_devices(adapters),
        unlink_device: unlink_device(adapters),
        export_user: export_user(adapters),
        notes: note_users(adapters),
        access_bans: access_bans(adapters),
        end_sessions: end_sessions(adapters),
        manage_administrators: manage_administrators(adapters, config),
        invite_administrators: invite_administrators(adapters),
        secure_account: secure_account(adapters, config),
        statistics: statistics_service(adapters),
        avatars: manage_avatars(adapters),
        audit: review_audit(adapters),
        check_readiness: check_readiness(adapters),
        load_demo: Arc::new(demo(adapters)),
    }
}

/// What fills an installation with people who do not exist.
pub(crate) fn demo(adapters: &Adapters) -> Demo {
    let accounts = account_service(adapters);
    let Adapters { users, user_import: import, hasher, statistics, audit, ids, clock, .. } = adapters.clone();
    Demo {
        users,
        import,
        hasher,
        statistics,
        audit,
        ids,
        clock,
        toggle_status: accounts.clone(),
        delete_user: accounts,
    }
}

fn authenticate_administrator(
    adapters: &Adapters,
    config: &Config,
    code: SetUpCode,
) -> Arc<dyn AuthenticateAdministrator> {
    let factors = second_factors(adapters);
    let Adapters { administrators, hasher, browsers, ids, clock, audit, .. } = adapters.clone();
    let (requirement, policy) = (config.admin.requirement(), config.admin.policy());
    let limits = limits(adapters, config);
    Arc::new(AuthenticateAdministratorService {
        administrators: administrators.clone(),
        sessions: administrators,
        hasher,
        factors,
        requirement,
        limits,
        browsers,
        ids,
        clock,
        policy,
        code,
        audit,
    })
}

fn secure_account(adapters: &Adapters, config: &Config) -> Arc<dyn SecureAccount> {
    let (factors, limits) = (second_factors(adapters), limits(adapters, config));
    let Adapters { administrators, hasher, ids, clock, .. } = adapters.clone();
    let requirement = config.admin.requirement();
    Arc::new(SecureAccountService {
        administrators: administrators.clone(),
        sessions: administrators.clone(),
        second_factors: administrators,
        hasher,
        factors,
        requirement,
        limits,
        ids,
        clock,
    })
}

fn manage_administrators(adapters: &Adapters, config: &Config) -> Arc<dyn ManageAdministrators> {
    let Adapters { administrators, hasher, clock, .. } = adapters.clone();
    let requirement = config.admin.requirement();
    Arc::new(ManageAdministratorsService { administrators, hasher, clock, requirement })
}

fn invite_administrators(adapters: &Adapters) -> Arc<dyn InviteAdministrators> {
    let Adapters { administrators: invitations, hasher, ids, clock, .. } = adapters.clone();
    Arc::new(InviteAdministratorsService { invitations, hasher, ids, clock })
}

fn review_audit(adapters: &Adapters) -> Arc<dyn ReviewAudit> {
    let Adapters { audit, clock, .. } = adapters.clone();
    Arc::new(ReviewAuditService { audit, clock })
}

fn list_users(adapters: &Adapters) -> Arc<dyn AdminListUsers> {
    let Adapters { users, sessions, clock, .. } = adapters.clone();
    Arc::new(AdminListUsersService { users: users.clone(), directory: users, sessions, clock })
}

fn unlink_device(adapters: &Adapters) -> Arc<dyn AdminUnlinkDevice> {
    let Adapters { users, sessions, clock, .. } = adapters.clone();
    Arc::new(AdminUnlinkDeviceService { users: users.clone(), changes: users, sessions, clock })
}

fn export_user(adapters: &Adapters) -> Arc<dyn ExportUser> {
    let Adapters { user_notes: notes, audit, clock, .. } = adapters.clone();
    Arc::new(ExportUserService { users: list_users(adapters), notes, audit, clock })
}

fn note_users(adapters: &Adapters) -> Arc<dyn NoteUsers> {
    let Adapters { user_notes: notes, clock, .. } = adapters.clone();
    Arc::new(NoteUsersService { notes, clock })
}

fn access_bans(adapters: &Adapters) -> Arc<dyn ManageAccessBans> {
    let gate = access_gate(adapters);
    let Adapters { access_bans: bans, users, sessions, clock, .. } = adapters.clone();
    Arc::new(ManageAccessBansService { bans, gate, users, sessions, clock })
}

fn bulk_jobs(adapters: &Adapters, config: &Config) -> Arc<dyn ManageBulkJobs> {
    let Adapters { bulk_jobs: jobs, users: directory, clock, .. } = adapters.clone();
    let keep_deleted = config.admin.keep_deleted.duration();
    Arc::new(ManageBulkJobsService { jobs, directory, clock, keep_deleted })
}

fn account_service(adapters: &Adapters) -> Arc<AccountService> {
    let Adapters { users, hasher, ids, clock, .. } = adapters.clone();
    let (registry, changes, revoker) = (users.clone(), users.clone(), revoker(adapters));
    Arc::new(AccountService { users, registry, changes, revoker, hasher, ids, clock })
}

/// No page sets a password: the command line does.
pub fn set_password(adapters: &Adapters) -> Arc<dyn AdminSetPassword> {
    account_service(adapters)
}

fn reveal_devices(adapters: &Adapters) -> Arc<dyn AdminRevealDevices> {
    let Adapters { users, audit, clock, .. } = adapters.clone();
    Arc::new(AdminRevealDevicesService { users, audit, clock })
}

fn end_sessions(adapters: &Adapters) -> Arc<dyn AdminEndSessions> {
    let Adapters { users, sessions, audit, clock, .. } = adapters.clone();
    Arc::new(AdminEndSessionsService { users, sessions, audit, clock })
}
