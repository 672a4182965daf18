/// How much of the machine does nothing, since a start.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    idle: u64,
    all: u64,
}

impl Idle {
    /// From now on.
    pub fn from_now() -> Self {
        let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
        let line = stat.lines().next().unwrap_or_default();
        let ticks: Vec<u64> = line.split_whitespace().skip(1).filter_map(|text| text.parse().ok()).collect();
        // Idle, and waiting for a disk.
        Self { idle: ticks.iter().skip(3).take(2).sum(), all: ticks.iter().take(8).sum() }
    }

    /// The share that was idle since then.
    pub fn share(self) -> f64 {
        let now = Self::from_now();
        let all = now.all.saturating_sub(self.all).max(1);
        now.idle.saturating_sub(self.idle) as f64 / all as f64
    }
}
