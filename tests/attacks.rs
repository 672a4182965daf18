//! What was tried against Usher and held, so that it stays so.

mod clock;
mod fuzz;
mod parsers;
mod requests;
mod tokens;
mod work;
