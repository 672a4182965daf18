//! Usher: guest identity for chat products. This package puts the parts together; each of them is a crate of its own.
//!
//! Two of these crates lie beside this file and are no modules of it: `domain` (`usher-domain`) and `application`
//! (`usher-application`). The ports and the adapters lie in `ports` and `adapters`. `docs/architecture.md` is the map.

pub mod cli;
mod clock_watch;
pub mod compose;
pub mod config;
pub mod data_dir;
mod demo;
mod jobs;
mod logging;
mod open_files;
pub mod secrets;
pub mod serve;
pub mod system;
