//! Statistics by the day and the hour.

mod counters;
mod record_statistics;
mod view_statistics;

pub use counters::Counters;
pub use record_statistics::{NextCount, StatisticsService};
