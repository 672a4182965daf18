//! What the hexagon offers ([`inbound`]) and what it needs ([`outbound`]).
//! [`IdSource`] and [`StoreError`] belong to both: an adapter that drives the hexagon draws ids, too, and learns that a
//! store failed.
//!
//! A port is an object-safe async trait, used as `Arc<dyn Port>`: which adapter stands behind it is decided at run
//! time, by configuration. Each call is atomic; what must change together is one method. The documentation of an
//! outbound port states its laws with "must", and each law is a test in `contract` that every adapter passes.

#[cfg(feature = "contract")]
pub mod contract;
mod id_source;
pub mod inbound;
pub mod outbound;
mod store_error;

pub use id_source::IdSource;
pub use store_error::StoreError;
