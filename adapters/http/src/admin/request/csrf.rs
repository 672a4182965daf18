//! How a change proves that a page of ours sent it.

use salvo::http::HeaderMap;
use sha2::{Digest as _, Sha256};

use super::AdminRequest;

impl AdminRequest {
    /// What a form has to send back: known only to the pages of this session. Written differently each
    /// time, so that how well a page is compressed does not tell what it is (BREACH).
    pub(in crate::admin) fn csrf(&self) -> Option<String> {
        let masked =
            self.expected()?.iter().zip(self.mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<_>>();
        Some(hex::encode(self.mask) + &hex::encode(masked))
    }

    fn expected(&self) -> Option<[u8; 32]> {
        let secret = self.secret.as_ref().filter(|_| self.administrator.is_some())?;
        Some(Sha256::new().chain_update(b"csrf").chain_update(secret.expose()).finalize().into())
    }

    /// Whether the form came from a page of this session. Compared by digest, so that the time tells nothing.
    pub(in crate::admin) fn is_ours(&self) -> bool {
        match (self.expected(), &self.token) {
            (Some(expected), Some(sent)) => {
                unmasked(sent).is_some_and(|sent| Sha256::digest(expected) == Sha256::digest(sent))
            }
            (Some(_), None) => false,
            // Without a session there is nothing to misuse.
            (None, _) => true,
        }
    }
}

/// Whether a page of another site asked for a change. Browsers say where a call comes from, and pages cannot
/// make them say otherwise (Fetch Metadata; where it is too old for that, `Origin`). What is no browser holds no
/// cookie.
pub(in crate::admin) fn is_cross_site(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (header("sec-fetch-site"), header("origin")) {
        (Some("same-origin" | "none"), _) | (None, None) => false,
        (Some(_), _) => true,
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_none() || host != header("host")
        }
    }
}

pub(super) fn unmasked(token: &str) -> Option<Vec<u8>> {
    let bytes = hex::decode(token).ok().filter(|bytes| bytes.len() == 64)?;
    Some(bytes[..32].iter().zip(&bytes[32..]).map(|(mask, byte)| mask ^ byte).collect())
}
