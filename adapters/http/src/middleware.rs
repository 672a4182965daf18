//! What happens to every request.

mod access_log;
mod canonical_path;
mod client_addresses;
mod forwarded;
mod protection;

pub(crate) use access_log::{AccessLog, Refused};
pub(crate) use canonical_path::CanonicalPath;
pub(crate) use client_addresses::ClientAddresses;
pub use client_addresses::ForwardedHeader;
pub(crate) use protection::Protection;
