use serde::{Deserialize, Serialize};
use usher_domain::Limit;

use super::Spelled;

/// Budgets, as `calls/period` or `off`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSection {
    /// A device's creations, upgrades and logins.
    pub per_device: Spelled<Limit>,
    /// A device's coming back.
    pub per_device_resume: Spelled<Limit>,
    /// Registrations and logins from one network.
    pub per_address: Spelled<Limit>,
    /// Attempts to log in to one account.
    pub per_username: Spelled<Limit>,
    /// Attempts to log in as one administrator.
    pub per_administrator: Spelled<Limit>,
}
