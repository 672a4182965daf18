//! Usher: guest identity for chat products. This package puts the parts together; each of them is a crate of its own.

pub mod cli;
mod clock_watch;
pub mod compose;
pub mod config;
pub mod data_dir;
mod demo;
mod logging;
mod open_files;
pub mod secrets;
pub mod serve;
pub mod system;
