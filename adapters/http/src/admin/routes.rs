//! Every route of the administration, with who may call it.

use std::sync::Arc;

use salvo::http::Method;
use usher_domain::AdministratorRole;

use super::AdminPorts;
use super::access_bans::{Bans, LiftBan, MakeBan};
use super::account::factor::{OfferFactor, RenewCodes, TurnOff, TurnOn};
use super::account::{Account, ChangePassword, EndOwn};
use super::administrators::{
    Administrators, AdministratorsPorts, ChangeAdministratorRole, Invite, MakeResetLink, RemoveAdministrator,
    WithdrawInvitation,
};
use super::appearance::ChooseAppearance;
use super::audit::AuditPage;
use super::bulk_jobs::{ControlJob, Job, Jobs, UndoJob};
use super::dashboard::Dashboard;
use super::front::{Front, ROOT};
use super::guard::Page;
use super::invitation::{AcceptInvitation, InvitationForm};
use super::login::{Language, LogIn, LogInForm, LogOut, SetUp, SetUpForm};
use super::pictures::Upload;
#[cfg(debug_assertions)]
use super::styles;
use super::users::bulk::Bulk;
use super::users::demo::Demo;
use super::users::details::{Delete, DeleteForm, Details, End, Restore, Reveal};
use super::users::devices::Unlink;
use super::users::export::Export;
use super::users::export_one::ExportOne;
use super::users::form::check::Check;
use super::users::form::convert::{Convert, ConvertForm};
use super::users::form::{Create, Edit, EditForm, NewForm};
use super::users::list::Users;
use super::users::notes::{AddNote, RemoveNote};
use super::users::{LegacyRedirect, Toggle};

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Administrators, also those who lack a required second factor: to set it up, and to leave.
    SignedIn,
    /// Administrators of this role and above.
    From(AdministratorRole),
}

/// A route of the administration.
pub struct AdminRoute {
    /// How it is called.
    pub method: Method,
    /// Where, as a pattern.
    pub path: &'static str,
    /// By whom.
    pub access: Access,
    pub(super) page: Arc<dyn Page>,
}

/// All routes. There is no other way to add one, so none is without an answer to who may call it.
#[expect(clippy::too_many_lines, reason = "a table, one line a route")]
pub fn routes(ports: &AdminPorts) -> Vec<AdminRoute> {
    use Access::{From, Public, SignedIn};
    use AdministratorRole::{Operator, Owner, Viewer};
    let authenticator = || Arc::clone(&ports.authenticate_administrator);
    let (list, delete) = (|| Arc::clone(&ports.list_users), || Arc::clone(&ports.delete_user));
    let invite = || Arc::clone(&ports.invite_administrators);
    let administrators =
        || AdministratorsPorts { manage: Arc::clone(&ports.manage_administrators), invite: invite() };
    let account = || Arc::clone(&ports.secure_account);
    let avatars = || Arc::clone(&ports.avatars);
    let notes = || Arc::clone(&ports.notes);
    let access_bans = || Arc::clone(&ports.access_bans);
    let bulk_jobs = || Arc::clone(&ports.bulk_jobs);
    let (edit, audit) = (|| Arc::clone(&ports.edit_user), || Arc::clone(&ports.audit));
    vec![
        route(
            Method::GET,
            ROOT,
            Public,
            Front { readiness: Arc::clone(&ports.check_readiness), authenticator: authenticator() },
        ),
        route(Method::GET, "admin", From(Viewer), LegacyRedirect),
        route(Method::GET, "admin/setup", Public, SetUpForm { authenticator: authenticator() }),
        route(Method::POST, "admin/setup", Public, SetUp { authenticator: authenticator() }),
        route(Method::GET, "admin/login", Public, LogInForm { authenticator: authenticator() }),
        route(Method::POST, "admin/login", Public, LogIn { authenticator: authenticator() }),
        route(Method::GET, "admin/invitation", Public, InvitationForm(invite())),
        route(Method::POST, "admin/invitation", Public, AcceptInvitation(invite())),
        route(Method::POST, "admin/language", Public, Language),
        route(Method::POST, "admin/appearance", Public, ChooseAppearance),
        route(Method::POST, "admin/logout", SignedIn, LogOut { authenticator: authenticator() }),
        route(Method::GET, "admin/account", From(Viewer), Account(account())),
        route(Method::POST, "admin/account/password", From(Viewer), ChangePassword(account())),
        route(Method::GET, "admin/account/second-factor", SignedIn, OfferFactor(account())),
        route(Method::POST, "admin/account/second-factor", SignedIn, TurnOn(account())),
        route(Method::POST, "admin/account/second-factor/off", From(Viewer), TurnOff(account())),
        route(Method::POST, "admin/account/second-factor/codes", From(Viewer), RenewCodes(account())),
        route(Method::POST, "admin/account/sessions/end", From(Viewer), EndOwn(account())),
        route(Method::GET, "admin/users", From(Viewer), Users { users: list() }),
        route(Method::POST, "admin/users", From(Operator), Create { editor: edit(), avatars: avatars() }),
        route(Method::GET, "admin/users/new", From(Operator), NewForm),
        route(Method::POST, "admin/users/check", From(Operator), Check { editor: edit() }),
        route(
            Method::GET,
            "admin/users/{id}",
            From(Viewer),
            Details { users: list(), notes: notes(), audit: audit(), jobs: bulk_jobs() },
        ),
        route(Method::GET, "admin/users/{id}/edit", From(Operator), EditForm { users: list() }),
        route(
            Method::POST,
            "admin/users/{id}/edit",
            From(Operator),
            Edit { users: list(), editor: edit(), avatars: avatars() },
        ),
        route(Method::GET, "admin/users/{id}/delete", From(Operator), DeleteForm { users: list() }),
        route(Method::POST, "admin/users/{id}/delete", From(Operator), Delete { delete: delete() }),
        route(Method::POST, "admin/users/{id}/restore", From(Operator), Restore { delete: delete() }),
        route(
            Method::POST,
            "admin/users/{id}/devices",
            From(Operator),
            Reveal { users: list(), reveal: Arc::clone(&ports.reveal_devices) },
        ),
        route(
            Method::POST,
            "admin/users/{id}/devices/unlink",
            From(Operator),
            Unlink { unlink: Arc::clone(&ports.unlink_device) },
        ),
        route(Method::POST, "admin/users/{id}/notes", From(Operator), AddNote { notes: notes() }),
        route(Method::POST, "admin/users/{id}/notes/remove", From(Operator), RemoveNote { notes: notes() }),
        route(
            Method::POST,
            "admin/users/{id}/export",
            From(Operator),
            ExportOne { export: Arc::clone(&ports.export_user) },
        ),
        route(Method::GET, "admin/users/{id}/convert", From(Operator), ConvertForm { users: list() }),
        route(
            Method::POST,
            "admin/users/{id}/convert",
            From(Operator),
            Convert { users: list(), editor: edit() },
        ),
        route(
            Method::POST,
            "admin/users/{id}/sessions/end",
            From(Operator),
            End { end: Arc::clone(&ports.end_sessions) },
        ),
        route(
            Method::POST,
            "admin/users/{id}/status",
            From(Operator),
            Toggle { users: list(), toggle: Arc::clone(&ports.toggle_status) },
        ),
        route(Method::POST, "admin/users/bulk", From(Operator), Bulk { jobs: bulk_jobs() }),
        route(Method::POST, "admin/users/demo", From(Owner), Demo { demo: Arc::clone(&ports.load_demo) }),
        route(Method::GET, "admin/users.csv", From(Operator), Export { users: list(), audit: audit() }),
        route(
            Method::GET,
            "admin/dashboard",
            From(Viewer),
            Dashboard { statistics: Arc::clone(&ports.statistics) },
        ),
        route(Method::GET, "admin/administrators", From(Owner), Administrators(administrators())),
        route(Method::POST, "admin/administrators", From(Owner), Invite(administrators())),
        route(Method::POST, "admin/administrators/reset", From(Owner), MakeResetLink(administrators())),
        route(
            Method::POST,
            "admin/administrators/withdraw",
            From(Owner),
            WithdrawInvitation(administrators()),
        ),
        route(
            Method::POST,
            "admin/administrators/role",
            From(Owner),
            ChangeAdministratorRole(administrators()),
        ),
        route(
            Method::POST,
            "admin/administrators/remove",
            From(Owner),
            RemoveAdministrator(administrators()),
        ),
        route(Method::GET, "admin/bans", From(Viewer), Bans(access_bans())),
        route(Method::POST, "admin/bans", From(Operator), MakeBan(access_bans())),
        route(Method::POST, "admin/bans/{id}/lift", From(Operator), LiftBan(access_bans())),
        route(Method::GET, "admin/jobs", From(Viewer), Jobs(bulk_jobs())),
        route(Method::GET, "admin/jobs/{id}", From(Viewer), Job(bulk_jobs())),
        route(Method::POST, "admin/jobs/{id}/control", From(Operator), ControlJob(bulk_jobs())),
        route(Method::POST, "admin/jobs/{id}/undo", From(Operator), UndoJob(bulk_jobs())),
        route(
            Method::GET,
            "admin/audit",
            From(Viewer),
            AuditPage { audit: audit(), users: list(), jobs: bulk_jobs() },
        ),
        route(Method::POST, "uploadStreamSingleToServer", From(Operator), Upload { avatars: avatars() }),
        route(
            Method::POST,
            "uploadStreamSingleToServerDiy/{diydir}",
            From(Operator),
            Upload { avatars: avatars() },
        ),
        #[cfg(debug_assertions)]
        route(Method::GET, "admin/styles", From(Viewer), styles::Styles),
        // Where the old backend had it.
        route(Method::GET, "admin/chatuser", From(Viewer), LegacyRedirect),
        route(Method::GET, "admin/chatuser/{**rest}", From(Viewer), LegacyRedirect),
    ]
}

fn route(method: Method, path: &'static str, access: Access, page: impl Page) -> AdminRoute {
    AdminRoute { method, path, access, page: Arc::new(page) }
}
