//! The administration, page by page, in process.

mod entrance;
mod routes;
mod users;
