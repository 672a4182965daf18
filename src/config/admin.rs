use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use usher_domain::{FactorRequirement, Period, SessionPolicy};

use super::{DisplayFromStr, Secret};

/// Who must have a second factor, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FactorRequirementName {
    /// No administrator.
    Off,
    /// Owners.
    Owners,
    /// All administrators.
    All,
}

/// The administration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSection {
    /// How long a session lasts without use.
    pub idle: DisplayFromStr<Period>,
    /// How long it lasts in any case.
    pub absolute: DisplayFromStr<Period>,
    /// How long a deleted user can be brought back.
    pub keep_deleted: DisplayFromStr<Period>,
    /// Who must have a second factor.
    pub require_second_factor: FactorRequirementName,
    /// Encrypts what second factors rest on; empty for the one made at the first start, or derived from the token key.
    pub encryption_key: Secret,
    /// The one before it.
    pub previous_encryption_key: Secret,
}

impl AdminSection {
    /// As the use cases need it. An administrator may be logged in anywhere at a time.
    pub fn policy(&self) -> SessionPolicy {
        SessionPolicy {
            idle: self.idle.duration(),
            absolute: self.absolute.duration(),
            per_user: NonZeroU32::MAX,
        }
    }

    /// Who must have a second factor.
    pub const fn requirement(&self) -> FactorRequirement {
        match self.require_second_factor {
            FactorRequirementName::Off => FactorRequirement::Off,
            FactorRequirementName::Owners => FactorRequirement::Owners,
            FactorRequirementName::All => FactorRequirement::All,
        }
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        let short = |key: &Secret| !key.is_empty() && key.expose().len() < 32;
        if short(&self.encryption_key) || short(&self.previous_encryption_key) {
            let keys = "admin.encryption_key and admin.previous_encryption_key";
            return Err(format!("{keys} have at least 32 characters"));
        }
        if self.absolute.duration() < self.idle.duration() {
            return Err("admin.absolute is shorter than admin.idle".to_owned());
        }
        Ok(())
    }
}
