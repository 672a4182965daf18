use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession, Deed,
    PasswordHash, RecoveryDigest, SecondProof, SessionId, Timestamp, TotpSecret,
};

use super::StoreError;

/// An administrator to be.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// What they will log in with.
    pub name: AdministratorName,
    /// What they may do.
    pub role: AdministratorRole,
    /// Their password.
    pub password: PasswordHash,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddAdministrator {
    /// They are there.
    Added(AdministratorAccount),
    /// Somebody has this name.
    NameTaken,
    /// There are administrators already.
    NotTheFirst,
}

/// What became of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveAdministrator {
    /// They are gone.
    Removed,
    /// Nobody would be left who may change administrators.
    LastOwner,
    /// There is nobody like that.
    NotFound,
}

/// A second factor that an administrator turns on.
#[derive(Clone, Debug)]
pub struct NewSecondFactor {
    /// What the app shares.
    pub secret: TotpSecret,
    /// The step of time of the code that showed it: it is not good again.
    pub step: i64,
    /// What is kept of the recovery codes.
    pub codes: Vec<RecoveryDigest>,
}

/// A second factor as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// What the app shares.
    pub secret: TotpSecret,
    /// How many recovery codes are left.
    pub codes_left: u32,
}

/// Keeps administrators, and their stays beside them.
///
/// - A name must be given to one administrator only, also when several ask at once.
/// - Of any number of first administrators at once, one must be added.
/// - Removals at once must leave an owner.
/// - Whatever is done for a [`Deed`] must leave an entry in the audit log, in the same transaction.
/// - Whoever has a second factor must not come in without it, and a proof of it must be good once, also when it is used at
///   once; a code of an earlier step than the last one must not be good.
/// - Removing an administrator and setting a password must end all their stays, and those that a login was just opening
///   with the old one.
#[async_trait]
pub trait AdministratorRepository: Send + Sync {
    /// Adds one.
    ///
    /// # Errors
    /// A failed store.
    async fn add(&self, new: &NewAdministrator, deed: &Deed) -> Result<AddAdministrator, StoreError>;

    /// Adds the first one, if there is none.
    ///
    /// # Errors
    /// A failed store.
    async fn add_first(&self, new: &NewAdministrator, deed: &Deed) -> Result<AddAdministrator, StoreError>;

    /// All of them, by name.
    ///
    /// # Errors
    /// A failed store.
    async fn list(&self) -> Result<Vec<AdministratorAccount>, StoreError>;

    /// Who has this name, and their password.
    ///
    /// # Errors
    /// A failed store.
    async fn find_by_name(
        &self,
        name: &AdministratorName,
    ) -> Result<Option<(AdministratorAccount, PasswordHash)>, StoreError>;

    /// Sets a password and ends all stays; tells whether there is such an administrator.
    ///
    /// # Errors
    /// A failed store.
    async fn set_password(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        deed: &Deed,
    ) -> Result<bool, StoreError>;

    /// Removes one.
    ///
    /// # Errors
    /// A failed store.
    async fn remove(&self, id: AdministratorId, deed: &Deed) -> Result<RemoveAdministrator, StoreError>;

    /// Their second factor, if they have one.
    ///
    /// # Errors
    /// A failed store.
    async fn second_factor(&self, id: AdministratorId) -> Result<Option<SecondFactor>, StoreError>;

    /// Turns a second factor on or off; tells whether there is such an administrator.
    ///
    /// # Errors
    /// A failed store.
    async fn set_second_factor(
        &self,
        id: AdministratorId,
        factor: Option<&NewSecondFactor>,
        deed: &Deed,
    ) -> Result<bool, StoreError>;

    /// Opens a stay, and notes it as a login, if their password is still this one and the proof is good, which whoever has
    /// a second factor must have and nobody else may; tells whether it is.
    ///
    /// # Errors
    /// A failed store.
    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        proof: Option<SecondProof>,
        deed: &Deed,
    ) -> Result<bool, StoreError>;

    /// A stay that was not ended, and whose it is; it may have expired.
    ///
    /// # Errors
    /// A failed store.
    async fn find_session(
        &self,
        id: SessionId,
    ) -> Result<Option<(AdministratorSession, AdministratorAccount)>, StoreError>;

    /// Notes that a stay was used, if it is there.
    ///
    /// # Errors
    /// A failed store.
    async fn extend(
        &self,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends a stay, if it is there.
    ///
    /// # Errors
    /// A failed store.
    async fn end(&self, id: SessionId, deed: &Deed) -> Result<(), StoreError>;

    /// Ends all stays of an administrator.
    ///
    /// # Errors
    /// A failed store.
    async fn end_all(&self, id: AdministratorId, deed: &Deed) -> Result<(), StoreError>;

    /// Forgets stays that expired before a moment, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn purge(&self, moment: Timestamp) -> Result<u64, StoreError>;
}
