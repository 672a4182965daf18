use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use usher_domain::{Period, SessionPolicy};

use super::Spelled;

/// The administration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSection {
    /// How long a stay lasts without use.
    pub idle: Spelled<Period>,
    /// How long it lasts in any case.
    pub absolute: Spelled<Period>,
    /// How long a deleted user can be brought back.
    pub keep_deleted: Spelled<Period>,
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

    pub(super) fn validate(&self) -> Result<(), String> {
        if self.absolute.duration() < self.idle.duration() {
            return Err("admin.absolute is shorter than admin.idle".to_owned());
        }
        Ok(())
    }
}
