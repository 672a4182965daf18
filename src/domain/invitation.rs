use std::time::Duration;

use crate::{AdministratorName, AdministratorRole, Timestamp};

/// What a one-time link lets its holder do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The administrator who is to choose a password.
    pub name: AdministratorName,
    /// The role of a new administrator; `None` where an administrator who exists gets a new password.
    pub role: Option<AdministratorRole>,
    /// Who made the link.
    pub by: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// How long a link works: long enough for a weekend and a holiday.
    pub const LASTS: Duration = Duration::from_hours(7 * 24);
}
