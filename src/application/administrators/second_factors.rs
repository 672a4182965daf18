use std::sync::Arc;

use usher_domain::{
    AdministratorId, OneTimeCode, RecoveryDigest, RecoveryTag, SecondFactorResponse, Timestamp, TotpSecret,
};
use usher_ports::outbound::{
    AdministratorAccounts, FactorCipher, OneTimePasswords, SecondFactor, SecondFactorStore, StoreError,
};

/// Reads second factors, and mends how they are kept while it does.
pub struct SecondFactors {
    /// Keeps them.
    pub administrators: Arc<dyn AdministratorAccounts>,
    /// Keeps their second factors.
    pub second_factors: Arc<dyn SecondFactorStore>,
    /// Encrypts what they rest on.
    pub cipher: Arc<dyn FactorCipher>,
    /// Checks the codes of apps.
    pub codes: Arc<dyn OneTimePasswords>,
}

/// A second factor, read.
pub(crate) struct KnownFactor {
    /// What the app shares; none if no known key opens it.
    pub(crate) secret: Option<TotpSecret>,
    /// How many recovery codes are left.
    pub(crate) codes_left: u32,
}

impl SecondFactors {
    /// Brings what older releases or older keys left behind under the current key, for all administrators; tells how
    /// many second factors there are that no known key opens.
    pub async fn protect_all(&self) -> Result<u32, StoreError> {
        let mut unreadable = 0;
        for account in self.administrators.list().await?.into_iter().filter(|account| account.second_factor) {
            let factor = self.load(account.id).await?;
            unreadable += u32::from(factor.is_some_and(|factor| factor.secret.is_none()));
        }
        Ok(unreadable)
    }

    /// The second factor of an administrator, if there is one.
    pub(crate) async fn load(&self, id: AdministratorId) -> Result<Option<KnownFactor>, StoreError> {
        let Some(found) = self.second_factors.second_factor(id).await? else { return Ok(None) };
        let codes_left = found.codes_left;
        let opened = match self.cipher.open(id, &found.secret) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(
                    administrator = id.0,
                    error = &error as &dyn std::error::Error,
                    "no code is good"
                );
                return Ok(Some(KnownFactor { secret: None, codes_left }));
            }
        };
        if opened.outdated || !found.bare_codes.is_empty() {
            self.protect(id, &found, &opened.secret).await?;
        }
        Ok(Some(KnownFactor { secret: Some(opened.secret), codes_left }))
    }

    async fn protect(
        &self,
        id: AdministratorId,
        found: &SecondFactor,
        secret: &TotpSecret,
    ) -> Result<(), StoreError> {
        let sealed = self.cipher.seal(id, secret)?;
        let tagged = |code: &RecoveryDigest| (*code, self.cipher.tag(id, code));
        let codes: Vec<_> = found.bare_codes.iter().map(tagged).collect();
        self.second_factors.protect_second_factor(id, &found.secret, &sealed, &codes).await?;
        tracing::info!(administrator = id.0, "encrypted a second factor under the current key");
        Ok(())
    }

    /// Verifies a code. An administrator without a second factor needs none, and a typed code is ignored.
    pub(crate) async fn response(
        &self,
        id: AdministratorId,
        code: Option<&OneTimeCode>,
        now: Timestamp,
    ) -> Result<Option<SecondFactorResponse>, StoreError> {
        let Some(factor) = self.load(id).await? else { return Ok(None) };
        Ok(match code {
            Some(OneTimeCode::App(code)) => {
                let step = factor.secret.and_then(|secret| self.codes.step(&secret, code, now));
                step.map(SecondFactorResponse::Step)
            }
            Some(OneTimeCode::Recovery(digest)) => {
                Some(SecondFactorResponse::Recovery(self.cipher.tags(id, digest)))
            }
            None => None,
        })
    }

    /// What is kept of recovery codes.
    pub(crate) fn tags(&self, id: AdministratorId, codes: &[usher_domain::RecoveryCode]) -> Vec<RecoveryTag> {
        codes.iter().map(|code| self.cipher.tag(id, &code.digest())).collect()
    }
}
