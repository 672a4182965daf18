use async_trait::async_trait;
use usher_domain::{
    AdministratorId, AuditContext, RecoveryDigest, RecoveryTag, SealedSecret, SecondFactorResponse, SessionId,
};

use crate::outbound::StoreError;

/// A second factor that an administrator turns on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSecondFactor {
    /// What the app shares.
    pub secret: SealedSecret,
    /// The step of time of the code that showed it: it is not good again.
    pub step: i64,
    /// What is kept of the recovery codes.
    pub codes: Vec<RecoveryTag>,
}

/// A second factor as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// What the app shares.
    pub secret: SealedSecret,
    /// How many recovery codes are left.
    pub codes_left: u32,
    /// Those of them that an older release kept without a key.
    pub bare_codes: Vec<RecoveryDigest>,
}

/// What an administrator changes about the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorChange {
    /// Turns it on, or exchanges it.
    On(NewSecondFactor),
    /// Exchanges the recovery codes.
    Codes(Vec<RecoveryTag>),
    /// Turns it off.
    Off,
}

/// Stores second factors of administrators.
///
/// - Changing an existing second factor must require a response from it; the change must end all sessions of that
///   administrator but the one it is made in.
/// - A response must be accepted once, also when it is used concurrently; a code of an earlier step than the last one
///   must be refused.
/// - A method that takes an [`AuditContext`] must append an entry to the audit log, in the same transaction.
#[async_trait]
pub trait SecondFactorStore: Send + Sync {
    /// The administrator's second factor, if there is one.
    async fn second_factor(&self, id: AdministratorId) -> Result<Option<SecondFactor>, StoreError>;

    /// Changes a second factor and ends all other sessions, if the response is accepted, which is required if there is
    /// a factor and refused if there is none; returns whether it did.
    async fn change_second_factor(
        &self,
        id: AdministratorId,
        change: &FactorChange,
        response: Option<SecondFactorResponse>,
        keep: SessionId,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;

    /// Replaces the secret that was found by one sealed under the current key, and bare digests by tags. A concurrent
    /// change is kept.
    async fn protect_second_factor(
        &self,
        id: AdministratorId,
        found: &SealedSecret,
        sealed: &SealedSecret,
        codes: &[(RecoveryDigest, RecoveryTag)],
    ) -> Result<(), StoreError>;
}
