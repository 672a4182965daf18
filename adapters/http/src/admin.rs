//! The administration in the browser: pages rendered here, parts of them swapped by htmx, plain forms without it.
//!
//! Every route stands in [`routes`] with who may call it; `guard` refuses everyone else, checks where a change comes
//! from, and turns refusals into pages.

mod account;
mod administrators;
mod assets;
mod audit;
mod bulk_jobs;
mod catcher;
mod dashboard;
mod failure;
mod front;
mod guard;
mod locale;
mod login;
mod pages;
mod pictures;
mod request;
mod response;
#[cfg(debug_assertions)]
mod styles;
mod users;

use std::sync::Arc;

use salvo::compression::Compression;
use salvo::http::Method;
use salvo::{Handler as _, Router};
use tokio::sync::Semaphore;
use usher_domain::AdministratorRole;
use usher_ports::IdSource;
use usher_ports::inbound::{
    AdminDeleteUser, AdminEditUser, AdminEndSessions, AdminListUsers, AdminRevealDevices, AdminToggleStatus,
    AuthenticateAdministrator, CheckReadiness, ManageAdministrators, ManageAvatars, ManageBulkJobs,
    ReviewAudit, SecureAccount, ViewStatistics,
};

use crate::HttpOptions;
use crate::api::Api;
use crate::middleware::ClientAddresses;
use account::factor::{OfferFactor, RenewCodes, TurnOff, TurnOn};
use account::{Account, ChangePassword, EndOwn};
use administrators::{AddAdministrator, Administrators, RemoveAdministrator, ResetAdministrator};
use audit::AuditPage;
use bulk_jobs::{ControlJob, Job, Jobs, UndoJob};
use catcher::PageCatcher;
use dashboard::Dashboard;
use front::Front;
use guard::{Guarded, Page};
use login::{Language, LogIn, LogInForm, LogOut, SetUp, SetUpForm};
use pages::Pages;
use pictures::Upload;
use users::bulk::Bulk;
use users::details::{Delete, DeleteForm, Details, End, Restore, Reveal};
use users::export::Export;
use users::form::check::Check;
use users::form::{Create, Edit, EditForm, NewForm};
use users::list::Users;
use users::{LegacyRedirect, Toggle};

/// What is shorter is not worth compressing, in bytes.
const LEAST_COMPRESSED: usize = 1_024;

/// What the administration calls.
#[derive(Clone)]
pub struct AdminPorts {
    /// Logs administrators in and out.
    pub authenticate_administrator: Arc<dyn AuthenticateAdministrator>,
    /// Shows users.
    pub list_users: Arc<dyn AdminListUsers>,
    /// Changes many of them by jobs.
    pub bulk_jobs: Arc<dyn ManageBulkJobs>,
    /// Switches them off and on.
    pub toggle_status: Arc<dyn AdminToggleStatus>,
    /// Makes and changes them.
    pub edit_user: Arc<dyn AdminEditUser>,
    /// Deletes them.
    pub delete_user: Arc<dyn AdminDeleteUser>,
    /// Shows their whole device ids.
    pub reveal_devices: Arc<dyn AdminRevealDevices>,
    /// Ends their sessions.
    pub end_sessions: Arc<dyn AdminEndSessions>,
    /// Says who may administrate.
    pub manage_administrators: Arc<dyn ManageAdministrators>,
    /// Secures administrators' own accounts.
    pub secure_account: Arc<dyn SecureAccount>,
    /// Shows how things go.
    pub statistics: Arc<dyn ViewStatistics>,
    /// Takes their pictures in and gives them out.
    pub avatars: Arc<dyn ManageAvatars>,
    /// Shows what administrators did.
    pub audit: Arc<dyn ReviewAudit>,
    /// Tells whether this node can serve.
    pub check_readiness: Arc<dyn CheckReadiness>,
}

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
    page: Arc<dyn Page>,
}

/// All routes. There is no other way to add one, so none is without an answer to who may call it.
#[expect(clippy::too_many_lines, reason = "a table, one line a route")]
pub fn routes(ports: &AdminPorts) -> Vec<AdminRoute> {
    use Access::{From, Public, SignedIn};
    use AdministratorRole::{Operator, Owner, Viewer};
    let authenticator = || Arc::clone(&ports.authenticate_administrator);
    let (list, delete) = (|| Arc::clone(&ports.list_users), || Arc::clone(&ports.delete_user));
    let administrators = || Arc::clone(&ports.manage_administrators);
    let account = || Arc::clone(&ports.secure_account);
    let avatars = || Arc::clone(&ports.avatars);
    let bulk_jobs = || Arc::clone(&ports.bulk_jobs);
    let (edit, audit) = (|| Arc::clone(&ports.edit_user), || Arc::clone(&ports.audit));
    vec![
        route(
            Method::GET,
            front::ROOT,
            Public,
            Front { readiness: Arc::clone(&ports.check_readiness), authenticator: authenticator() },
        ),
        route(Method::GET, "admin", From(Viewer), LegacyRedirect),
        route(Method::GET, "admin/setup", Public, SetUpForm { authenticator: authenticator() }),
        route(Method::POST, "admin/setup", Public, SetUp { authenticator: authenticator() }),
        route(Method::GET, "admin/login", Public, LogInForm { authenticator: authenticator() }),
        route(Method::POST, "admin/login", Public, LogIn { authenticator: authenticator() }),
        route(Method::POST, "admin/language", Public, Language),
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
            Details { users: list(), audit: audit(), jobs: bulk_jobs() },
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
        route(Method::GET, "admin/users.csv", From(Operator), Export { users: list(), audit: audit() }),
        route(
            Method::GET,
            "admin/dashboard",
            From(Viewer),
            Dashboard { statistics: Arc::clone(&ports.statistics) },
        ),
        route(Method::GET, "admin/administrators", From(Owner), Administrators(administrators())),
        route(Method::POST, "admin/administrators", From(Owner), AddAdministrator(administrators())),
        route(Method::POST, "admin/administrators/reset", From(Owner), ResetAdministrator(administrators())),
        route(
            Method::POST,
            "admin/administrators/remove",
            From(Owner),
            RemoveAdministrator(administrators()),
        ),
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

/// The administration. No page of another origin may call it.
pub(crate) fn api(
    ports: &AdminPorts,
    addresses: &Arc<ClientAddresses>,
    ids: &Arc<dyn IdSource>,
    options: &HttpOptions,
) -> Api {
    let pages = Arc::new(Pages::new(&options.time_zone, options.keep_deleted));
    Api {
        owns: |request, _| {
            let path = request.uri().path();
            path == "/admin" || path.starts_with("/admin/")
        },
        router: router(ports, addresses, ids, &pages),
        catcher: PageCatcher { pages, addresses: Arc::clone(addresses) }.arc(),
        cors: None,
    }
}

fn router(
    ports: &AdminPorts,
    addresses: &Arc<ClientAddresses>,
    ids: &Arc<dyn IdSource>,
    pages: &Arc<Pages>,
) -> Router {
    let uploads = Arc::new(Semaphore::new(guard::UPLOADS));
    let mut router =
        Router::new().hoop(Compression::new().min_length(LEAST_COMPRESSED)).push(assets::router());
    for AdminRoute { method, path, access, page } in routes(ports) {
        let guarded = Guarded {
            page,
            access,
            authenticator: Arc::clone(&ports.authenticate_administrator),
            audit: Arc::clone(&ports.audit),
            pages: Arc::clone(pages),
            addresses: Arc::clone(addresses),
            ids: Arc::clone(ids),
            uploads: Arc::clone(&uploads),
        };
        let at = if path == front::ROOT {
            Router::with_filter_fn(|request, _| request.uri().path() == "/" && front::wants_page(request))
        } else {
            Router::with_path(path)
        };
        router = router.push(if method == Method::POST { at.post(guarded) } else { at.get(guarded) });
    }
    router
}
