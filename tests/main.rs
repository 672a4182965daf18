//! All integration tests, in one binary: linked once, and one place for what they share.

mod api;
mod contracts;
mod journeys;
mod laws_under_load;
mod properties;
mod support;
