use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession, Deed,
    PasswordHash, RecoveryDigest, RecoveryTag, SealedSecret, SecondProof, SessionId, Timestamp,
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

/// Keeps administrators, and their stays beside them.
///
/// - A name must be given to one administrator only, also when several ask at once.
/// - Of any number of first administrators at once, one must be added.
/// - Removals at once must leave an owner.
/// - Whatever is done for a [`Deed`] must leave an entry in the audit log, in the same transaction.
/// - Whoever has a second factor must not come in without it, and a proof of it must be good once, also when it is used at
///   once; a code of an earlier step than the last one must not be good.
/// - Whoever changes a second factor that is there must have a proof of it, too; the change must end all stays of that
///   administrator but the one it is made in.
/// - Removing an administrator, setting a password and a reset must end all their stays, and those that a login was just
///   opening with the old one.
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

    /// Sets a password, turns the second factor off and ends all stays; tells whether there is such an administrator.
    ///
    /// # Errors
    /// A failed store.
    async fn reset(
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

    /// Changes a second factor and ends all other stays, if the proof is good, which there must be if there is a factor
    /// and must not be if there is none; tells whether it is.
    ///
    /// # Errors
    /// A failed store.
    async fn change_second_factor(
        &self,
        id: AdministratorId,
        change: &FactorChange,
        proof: Option<SecondProof>,
        keep: SessionId,
        deed: &Deed,
    ) -> Result<bool, StoreError>;

    /// Puts a secret that is sealed anew in the place of the one that was found, and tags in the place of bare digests.
    /// What somebody changed meanwhile stays as they changed it.
    ///
    /// # Errors
    /// A failed store.
    async fn protect_second_factor(
        &self,
        id: AdministratorId,
        found: &SealedSecret,
        sealed: &SealedSecret,
        codes: &[(RecoveryDigest, RecoveryTag)],
    ) -> Result<(), StoreError>;

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

    /// The stays of an administrator that were not ended, the newest first; some may have expired.
    ///
    /// # Errors
    /// A failed store.
    async fn sessions(&self, id: AdministratorId) -> Result<Vec<AdministratorSession>, StoreError>;

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

    /// Ends all stays of an administrator, but for one if it is named.
    ///
    /// # Errors
    /// A failed store.
    async fn end_all(
        &self,
        id: AdministratorId,
        keep: Option<SessionId>,
        deed: &Deed,
    ) -> Result<(), StoreError>;

    /// Forgets stays that expired before a moment, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn purge(&self, moment: Timestamp) -> Result<u64, StoreError>;
}
