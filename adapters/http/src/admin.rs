//! The administration in the browser: pages rendered here, parts of them swapped by htmx, plain forms without it.
//!
//! Every route stands in [`routes`] with who may call it; `guard` lets nobody past who may not, checks where a change comes
//! from, and turns refusals into pages.

mod assets;
mod call;
mod entrance;
mod guard;
mod locale;
mod pages;
mod users;

use std::sync::Arc;

use salvo::Router;
use salvo::http::Method;
use usher_domain::AdministratorRole;
use usher_ports::inbound::{AdminListUsers, AdminToggleStatus, Administrate};

use crate::middleware::ClientAddresses;
use entrance::{Language, LogIn, LogInForm, LogOut, SetUp, SetUpForm};
use guard::{Guarded, Page};
use pages::Pages;
use users::{Home, Toggle, Users};

/// What the administration calls.
#[derive(Clone)]
pub struct AdminPorts {
    /// Lets administrators in and out.
    pub administrate: Arc<dyn Administrate>,
    /// Shows users.
    pub list_users: Arc<dyn AdminListUsers>,
    /// Switches them off and on.
    pub toggle_status: Arc<dyn AdminToggleStatus>,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Administrators of this role and above.
    From(AdministratorRole),
}

/// A route of the administration.
pub struct Route {
    /// How it is called.
    pub method: Method,
    /// Where, as a pattern.
    pub path: &'static str,
    /// By whom.
    pub access: Access,
    page: Arc<dyn Page>,
}

/// All routes. There is no other way to add one, so none is without an answer to who may call it.
pub fn routes(ports: &AdminPorts) -> Vec<Route> {
    use Access::{From, Public};
    use AdministratorRole::{Operator, Viewer};
    let administrate = || Arc::clone(&ports.administrate);
    vec![
        route(Method::GET, "admin", From(Viewer), Home),
        route(Method::GET, "admin/setup", Public, SetUpForm { administrate: administrate() }),
        route(Method::POST, "admin/setup", Public, SetUp { administrate: administrate() }),
        route(Method::GET, "admin/login", Public, LogInForm),
        route(Method::POST, "admin/login", Public, LogIn { administrate: administrate() }),
        route(Method::POST, "admin/language", Public, Language),
        route(Method::POST, "admin/logout", From(Viewer), LogOut { administrate: administrate() }),
        route(Method::GET, "admin/users", From(Viewer), Users { users: Arc::clone(&ports.list_users) }),
        route(
            Method::POST,
            "admin/users/{id}/status",
            From(Operator),
            Toggle { toggle: Arc::clone(&ports.toggle_status) },
        ),
        // Where the old backend had it.
        route(Method::GET, "admin/chatuser", From(Viewer), Home),
        route(Method::GET, "admin/chatuser/{**rest}", From(Viewer), Home),
    ]
}

fn route(method: Method, path: &'static str, access: Access, page: impl Page) -> Route {
    Route { method, path, access, page: Arc::new(page) }
}

pub(crate) fn router(ports: &AdminPorts, addresses: &Arc<ClientAddresses>) -> Router {
    let pages = Arc::new(Pages::new());
    let mut router = Router::new().push(assets::router());
    for Route { method, path, access, page } in routes(ports) {
        let guarded = Guarded {
            page,
            access,
            administrate: Arc::clone(&ports.administrate),
            pages: Arc::clone(&pages),
            addresses: Arc::clone(addresses),
        };
        let at = Router::with_path(path);
        router = router.push(if method == Method::POST { at.post(guarded) } else { at.get(guarded) });
    }
    router
}
