//! What the benchmarks share: the program as a child process, a load generator, and the engines that run here.
//!
//! A benchmark ends with a panic where something fails: its figures would be of no use.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it prints rounded figures, and a failure ends it"
)]

mod calls;
mod cpu;
mod engines;
mod figures;
mod load;
mod program;
mod wire;

pub use calls::{Devices, form, get, keyword, post};
pub use cpu::Idle;
pub use engines::{Backend, SqlDatabase};
pub use figures::Figures;
pub use load::Load;
pub use program::{Installation, Server};
pub use wire::{Connection, Response, ask};
