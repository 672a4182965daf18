//! The administration, page by page, in process.

mod auditing;
mod entrance;
mod managing;
mod routes;
mod users;
