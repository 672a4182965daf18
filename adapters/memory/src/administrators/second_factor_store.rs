use async_trait::async_trait;
use usher_domain::{
    AdministratorId, AuditAction, AuditContext, RecoveryDigest, RecoveryTag, SealedSecret,
    SecondFactorResponse, SessionId,
};
use usher_ports::outbound::{FactorChange, SecondFactor, SecondFactorStore};

use super::{Administrators, MemoryAdministrators, Result};
use crate::lock;

impl Administrators {
    /// Uses a response up, if it is good.
    pub(super) fn consume(&mut self, id: AdministratorId, response: Option<&SecondFactorResponse>) -> bool {
        match (self.factors.get_mut(&id), response) {
            (None, None) => true,
            (Some(factor), Some(SecondFactorResponse::Step(step))) if *step > factor.step => {
                factor.step = *step;
                true
            }
            (Some(factor), Some(SecondFactorResponse::Recovery(tags))) => {
                let position = factor.codes.iter().position(|code| tags.contains(code));
                position.map(|position| factor.codes.remove(position)).is_some()
            }
            _ => false,
        }
    }

    fn change_factor(
        &mut self,
        id: AdministratorId,
        change: &FactorChange,
        response: Option<&SecondFactorResponse>,
        keep: SessionId,
    ) -> bool {
        if self.get(id).is_none() || !self.consume(id, response) {
            return false;
        }
        match (change, self.factors.get_mut(&id)) {
            (FactorChange::On(factor), _) => drop(self.factors.insert(id, factor.clone())),
            (FactorChange::Codes(codes), Some(factor)) => factor.codes.clone_from(codes),
            (FactorChange::Codes(_), None) => return false,
            (FactorChange::Off, _) => drop(self.factors.remove(&id)),
        }
        self.note_factor(id);
        self.end_all(id, Some(keep));
        true
    }

    pub(super) fn note_factor(&mut self, id: AdministratorId) {
        let has = self.factors.contains_key(&id);
        if let Some((account, _)) = self.get(id) {
            account.second_factor = has;
        }
    }
}

#[async_trait]
impl SecondFactorStore for MemoryAdministrators {
    async fn second_factor(&self, id: AdministratorId) -> Result<Option<SecondFactor>> {
        Ok(lock(&self.all).factors.get(&id).map(|factor| SecondFactor {
            secret: factor.secret.clone(),
            codes_left: u32::try_from(factor.codes.len()).unwrap_or(u32::MAX),
            bare_codes: Vec::new(),
        }))
    }

    async fn change_second_factor(
        &self,
        id: AdministratorId,
        change: &FactorChange,
        response: Option<SecondFactorResponse>,
        keep: SessionId,
        context: &AuditContext,
    ) -> Result<bool> {
        let name = lock(&self.all).name(id);
        let action = match change {
            FactorChange::On(_) => AuditAction::SecondFactorOn,
            FactorChange::Codes(_) => AuditAction::RecoveryCodes,
            FactorChange::Off => AuditAction::SecondFactorOff,
        };
        let record = |changed: &bool| changed.then(|| context.record(action, &name));
        Ok(self.change(|all| all.change_factor(id, change, response.as_ref(), keep), record))
    }

    async fn protect_second_factor(
        &self,
        id: AdministratorId,
        found: &SealedSecret,
        sealed: &SealedSecret,
        _codes: &[(RecoveryDigest, RecoveryTag)],
    ) -> Result<()> {
        if let Some(factor) = lock(&self.all).factors.get_mut(&id).filter(|it| it.secret == *found) {
            factor.secret = sealed.clone();
        }
        Ok(())
    }
}
