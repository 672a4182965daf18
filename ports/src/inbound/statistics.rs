//! Statistics by the day and the hour.

mod record_statistics;
mod view_statistics;

pub use record_statistics::RecordStatistics;
pub use view_statistics::{LastSlot, Overview, TimeSpan, Trend, ViewStatistics};
