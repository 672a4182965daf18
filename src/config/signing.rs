use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use usher_domain::Period;

use super::{DisplayFromStr, Secret};

/// The salt in the old backend's tutorial, which is public.
const PUBLISHED: &str = "45ncashdaksh2!#@3nxjdas*_259";

/// What clients sign with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SigningSection {
    /// Shared with the clients, the current one first; empty for the one made at the first start.
    pub salts: Vec<Secret>,
    /// How far a client's clock may be from ours.
    pub window: DisplayFromStr<Period>,
    /// Clients in the field are bound to the published salt.
    pub accept_published_salt: bool,
}

impl SigningSection {
    pub(super) fn validate(&self, listen: SocketAddr) -> Result<(), String> {
        if self.salts.iter().any(|salt| salt.expose().len() < 8) {
            return Err("signing.salts: a salt has at least 8 characters".to_owned());
        }
        if self.window.duration() > Duration::from_hours(1) {
            return Err(
                "signing.window is at most 1h: for twice as long each signature is remembered".to_owned()
            );
        }
        let published = self.salts.iter().any(|salt| salt.expose() == PUBLISHED);
        if published && !listen.ip().is_loopback() && !self.accept_published_salt {
            return Err(format!(
                "signing.salts holds the salt of a public tutorial and {listen} is not loopback. Put a salt of your \
                 own first, or, while clients in the field are bound to it, set signing.accept_published_salt"
            ));
        }
        Ok(())
    }
}
