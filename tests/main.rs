//! All integration tests, in one binary: linked once, and one place for what they share.

#![expect(clippy::expect_used, clippy::panic, reason = "what goes wrong in a test is to end it")]

mod admin;
mod api;
mod attacks;
mod contracts;
mod documents;
mod journeys;
mod laws_under_load;
mod migrations;
mod plans;
mod properties;
mod revocation;
mod support;
mod use_cases;
