//! The administration, page by page, in process.

mod access_bans;
mod account;
mod administrators;
mod auditing;
mod bans;
mod bulk;
mod dashboard;
mod export;
mod forms;
mod front;
mod login;
mod managing;
mod passwords;
mod pictures;
mod routes;
mod user_page;
mod users;
