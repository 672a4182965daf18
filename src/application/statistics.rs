//! Statistics by the day.

mod keep_statistics;
mod tally;
mod view_statistics;

pub use keep_statistics::StatisticsKeeping;
pub use tally::Tally;
