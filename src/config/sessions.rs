use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use usher_domain::{Period, SessionPolicy};

use super::DisplayFromStr;

/// How long sessions last.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsSection {
    /// Without use.
    pub idle: DisplayFromStr<Period>,
    /// In any case.
    pub absolute: DisplayFromStr<Period>,
    /// At a time, for one account.
    pub per_user: NonZeroU32,
}

impl SessionsSection {
    /// As the use cases need it.
    pub fn policy(&self) -> SessionPolicy {
        SessionPolicy {
            idle: self.idle.duration(),
            absolute: self.absolute.duration(),
            per_user: self.per_user,
        }
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        if self.absolute.duration() < self.idle.duration() {
            return Err("sessions.absolute is shorter than sessions.idle".to_owned());
        }
        Ok(())
    }
}
