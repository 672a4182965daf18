//! The use cases over stateful fakes: what they decide, and what comes of it when something fails or changes under
//! way.

mod administrating;
mod banning;
mod bulk_jobs;
mod changing;
mod deciding;
mod failing;
mod house;
mod purging;
mod readiness;
mod round_trips;
mod settling;
mod spans;

use house::House;
