use serde::{Deserialize, Serialize};
use usher_domain::ReservedNames;

/// What users can be called.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UsernamesSection {
    /// Reserved words, in any disguise.
    pub reserved: Vec<String>,
}

impl UsernamesSection {
    /// As the use cases need them.
    pub fn reserved(&self) -> ReservedNames {
        ReservedNames::new(&self.reserved)
    }
}
