//! The real program, started as its operator starts it.

mod command_line;
mod program;
mod server;
mod tour;
