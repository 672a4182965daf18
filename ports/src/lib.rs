//! What the hexagon offers ([`inbound`]) and what it needs ([`outbound`]).
//!
//! A port is an object-safe async trait, used as `Arc<dyn Port>`: which adapter stands behind it is decided at run
//! time, by configuration. Each call is atomic; what must change together is one method. The documentation of an
//! outbound port states its laws with "must", and each law is a test in `contract` that every adapter passes.

#[cfg(feature = "contract")]
pub mod contract;
pub mod inbound;
pub mod outbound;
