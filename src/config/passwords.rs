use serde::{Deserialize, Serialize};

/// What a password hash costs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordsSection {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Passwords hashed at the same time.
    pub at_once: usize,
    /// Passwords waiting for their turn.
    pub waiting: usize,
}

impl PasswordsSection {
    pub(super) fn validate(&self) -> Result<(), String> {
        if !(1..=64).contains(&self.at_once) || self.waiting > 10_000 {
            return Err("passwords.at_once is 1 to 64, passwords.waiting at most 10000".to_owned());
        }
        Ok(())
    }
}
