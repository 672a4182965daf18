//! People who do not exist, for a first look.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_ports::inbound::LoadDemo;

use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::{Pages, View};
use crate::admin::request::{AdminRequest, FRONT};
use crate::admin::response::AdminResponse;

#[derive(Serialize)]
pub(in crate::admin) struct DemoView {
    pub(in crate::admin) people: u32,
    pub(in crate::admin) password: String,
}

impl View for DemoView {
    const TEMPLATE: &'static str = "demo.html";
}

/// Fills an empty installation.
pub(in crate::admin) struct Demo {
    pub(in crate::admin) demo: Arc<dyn LoadDemo>,
}

#[async_trait]
impl Page for Demo {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        match self.demo.load(request.signed_in()?.owning()?).await? {
            Some(loaded) => {
                let view = DemoView { people: loaded.people, password: loaded.password };
                request.page(pages, StatusCode::OK, &view)
            }
            None => Ok(AdminResponse::see(FRONT)),
        }
    }
}
