//! Statistics by the day.

mod keep_statistics;
mod view_statistics;

pub use keep_statistics::KeepStatistics;
pub use view_statistics::{Overview, ViewStatistics};
