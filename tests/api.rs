//! The old protocol, route by route, through the whole service in process.

mod bad_input;
mod limits;
mod log_in;
mod registered_device;
mod search;
mod sessions;
mod signature;
mod surroundings;
mod upgrade;
mod visitor;
