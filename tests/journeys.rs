//! The real program, started as its operator starts it.

mod aborted;
mod chromium;
mod client;
mod command_line;
mod compose;
mod connections;
mod encrypted;
mod factors;
mod limits;
mod log;
mod nodes;
mod outages;
mod pictures;
mod power_cut;
mod program;
mod server;
mod starting;
mod stopping;
mod storage;
mod torture;
mod tour;
