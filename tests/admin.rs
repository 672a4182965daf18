//! The administration, page by page, in process.

mod account;
mod administrators;
mod auditing;
mod bulk;
mod dashboard;
mod login;
mod managing;
mod passwords;
mod pictures;
mod routes;
mod users;
