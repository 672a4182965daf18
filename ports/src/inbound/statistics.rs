//! Statistics by the day.

mod record_statistics;
mod view_statistics;

pub use record_statistics::RecordStatistics;
pub use view_statistics::{Overview, ViewStatistics};
