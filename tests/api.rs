//! The old protocol, route by route, through the whole service in process.

mod bad_input;
mod limits;
mod log_in;
mod middleware;
mod registered_device;
mod search;
mod sessions;
mod signature;
mod upgrade;
mod visitor;
