use serde::{Deserialize, Serialize};
use usher_domain::Period;

use super::Spelled;

/// Where users and sessions are kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// What a commit waits for.
    pub durability: DurabilityName,
    /// Connections that read at the same time.
    pub readers: u32,
    /// How long a call waits for the database.
    pub timeout: Spelled<Period>,
}

/// What has to happen for an acknowledged write to be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DurabilityName {
    /// A broken disk.
    Full,
    /// A power cut.
    Relaxed,
}
