//! The devices of a user.

use std::sync::Arc;

use salvo::async_trait;
use usher_domain::DeviceTag;
use usher_ports::inbound::{AdminRefusal, AdminUnlinkDevice};

use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::Pages;
use crate::admin::request::AdminRequest;
use crate::admin::response::AdminResponse;

/// Unlinks one.
pub(in crate::admin) struct Unlink {
    pub(in crate::admin) unlink: Arc<dyn AdminUnlinkDevice>,
}

#[async_trait]
impl Page for Unlink {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let (operator, user) = (request.signed_in()?.operating()?, request.user()?);
        let device = DeviceTag::parse(request.text("device")).ok_or(AdminRefusal::NotFound)?;
        self.unlink.unlink(operator, user, &device).await?;
        Ok(AdminResponse::see(&request.page_of(user)))
    }
}
