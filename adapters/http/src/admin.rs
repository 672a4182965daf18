//! The administration in the browser: pages rendered here, parts of them swapped by htmx, plain forms without it.
//!
//! Every route stands in [`routes()`] with who may call it; `guard` refuses everyone else, checks where a change comes
//! from, and turns refusals into pages.

mod access_bans;
mod account;
mod administrators;
mod appearance;
mod assets;
mod audit;
mod bulk_jobs;
mod catcher;
mod dashboard;
mod failure;
mod front;
mod guard;
mod invitation;
mod locale;
mod login;
mod pages;
mod pictures;
mod request;
mod response;
mod routes;
#[cfg(debug_assertions)]
mod styles;
mod users;

use std::sync::Arc;

use salvo::compression::Compression;
use salvo::http::Method;
use salvo::{Handler as _, Router};
use tokio::sync::Semaphore;
use usher_ports::IdSource;
use usher_ports::inbound::{
    AdminDeleteUser, AdminEditUser, AdminEndSessions, AdminListUsers, AdminRevealDevices, AdminToggleStatus,
    AdminUnlinkDevice, AuthenticateAdministrator, CheckReadiness, ExportUser, InviteAdministrators, LoadDemo,
    ManageAccessBans, ManageAdministrators, ManageAvatars, ManageBulkJobs, NoteUsers, ReviewAudit,
    SecureAccount, ViewStatistics,
};

use crate::HttpOptions;
use crate::api::Api;
use crate::middleware::ClientAddresses;
use catcher::PageCatcher;
use guard::Guarded;
use pages::Pages;
pub use routes::{Access, AdminRoute, routes};

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
    /// Bans devices, addresses and networks.
    pub access_bans: Arc<dyn ManageAccessBans>,
    /// Unlinks their devices.
    pub unlink_device: Arc<dyn AdminUnlinkDevice>,
    /// Writes down all that is kept about one of them.
    pub export_user: Arc<dyn ExportUser>,
    /// Notes what administrators tell each other about them.
    pub notes: Arc<dyn NoteUsers>,
    /// Ends their sessions.
    pub end_sessions: Arc<dyn AdminEndSessions>,
    /// Says who may administrate.
    pub manage_administrators: Arc<dyn ManageAdministrators>,
    /// Makes one-time links for administrators.
    pub invite_administrators: Arc<dyn InviteAdministrators>,
    /// Secures administrators' own accounts.
    pub secure_account: Arc<dyn SecureAccount>,
    /// Shows how things go.
    pub statistics: Arc<dyn ViewStatistics>,
    /// Takes their pictures in and gives them out.
    pub avatars: Arc<dyn ManageAvatars>,
    /// Shows what administrators did.
    pub audit: Arc<dyn ReviewAudit>,
    /// Fills an empty installation, to look at.
    pub load_demo: Arc<dyn LoadDemo>,
    /// Tells whether this node can serve.
    pub check_readiness: Arc<dyn CheckReadiness>,
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
