use serde::{Deserialize, Serialize};

use super::Secret;

/// What session tokens are signed with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TokensSection {
    /// The current key; empty for the one made at the first start.
    pub key: Secret,
    /// The one before it.
    pub previous_key: Secret,
}

impl TokensSection {
    /// RFC 7518, section 3.2: a key for HS256 has at least 256 bits.
    pub(super) fn validate(&self) -> Result<(), String> {
        let short = |key: &Secret| !key.is_empty() && key.expose().len() < 32;
        if short(&self.key) || short(&self.previous_key) {
            return Err("tokens.key and tokens.previous_key have at least 32 characters".to_owned());
        }
        Ok(())
    }
}
