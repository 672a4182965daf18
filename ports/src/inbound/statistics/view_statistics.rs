use async_trait::async_trait;
use usher_domain::{Day, Dimension, Measure, Viewer};

use crate::inbound::AdminRefusal;

/// The numbers of some days.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The last of them, which is not over yet.
    pub today: Day,
    /// Each measure with the numbers of all days, the oldest first.
    pub trends: Vec<(Measure, Vec<u64>)>,
    /// What new visitors came with, the most frequent first.
    pub splits: Vec<(Dimension, Vec<(String, u64)>)>,
}

/// Shows administrators how things go.
#[async_trait]
pub trait ViewStatistics: Send + Sync {
    /// The numbers of so many days, today being the last. What this node has noted is written down before.
    async fn overview(&self, by: Viewer<'_>, days: u32) -> Result<Overview, AdminRefusal>;
}
