use salvo::cors::CorsHandler;
use salvo::handler::ArcHandler;
use salvo::{Depot, Request, Router};

/// One HTTP API: what it does its own way. Everything else is middleware.
pub(crate) struct Api {
    /// Whether a request is addressed to this API.
    pub(crate) owns: fn(&Request, &Depot) -> bool,
    pub(crate) router: Router,
    /// Answers its requests that no handler answered.
    pub(crate) catcher: ArcHandler,
    /// Lets pages of other origins call it, if they may.
    pub(crate) cors: Option<CorsHandler>,
}
