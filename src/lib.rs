//! Usher: guest identity for chat products. This package puts the parts together; each of them is a crate of its own.

pub mod cli;
pub mod compose;
pub mod config;
mod demo;
mod logging;
mod open_files;
pub mod secrets;
pub mod serve;
pub mod system;
