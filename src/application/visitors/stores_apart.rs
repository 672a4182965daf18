use std::num::NonZeroU32;
use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{ClientAddress, DeviceAttributes, DeviceId, NewSession, NewVisitor, Role, Session};
use usher_ports::outbound::{
    AddVisitor, SessionStore, Started, StoreError, UserRegistry, UserVisits, VisitorSignIn,
};

/// Signs visitors in where one store keeps the accounts and another one the sessions.
pub struct StoresApart {
    /// Adds the accounts.
    pub registry: Arc<dyn UserRegistry>,
    /// Records the visits.
    pub visits: Arc<dyn UserVisits>,
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
}

#[async_trait]
impl VisitorSignIn for StoresApart {
    async fn add(&self, new: &NewVisitor, session: &NewSession) -> Result<AddVisitor, StoreError> {
        let added = self.registry.add_visitor(new).await?;
        let AddVisitor::Added(user) = &added else { return Ok(added) };
        match self.sessions.start(&session.of(user, Role::Visitor), NonZeroU32::MIN).await? {
            Started::Live => Ok(added),
            // An administrator was quicker. The device has an account now, and that is disabled.
            Started::Superseded => Ok(AddVisitor::DeviceTaken),
        }
    }

    async fn resume(
        &self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        session: &Session,
        keep: NonZeroU32,
    ) -> Result<Started, StoreError> {
        self.visits.record_visit(device, attributes, from, session.started_at).await?;
        self.sessions.start(session, keep).await
    }
}
