use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressState, ProgressStyle};

/// How often a line is printed where standard error is no terminal.
const LINE: Duration = Duration::from_secs(5);

/// Shows on standard error how many users were added, how fast, and the time left.
pub(super) struct Progress {
    bar: ProgressBar,
    /// When the last line was printed; none on a terminal, which shows a bar.
    told: Option<Instant>,
}

impl Progress {
    pub(super) fn new(count: u32) -> Self {
        let bar = ProgressBar::new(count.into());
        let template = "{bar:30} {human_pos} of {human_len} users, {rate} a second, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{}", whole(state.per_sec()));
            };
            bar.set_style(style.with_key("rate", rate));
        }
        Self { bar, told: (!io::stderr().is_terminal()).then(Instant::now) }
    }

    /// So many more users were added.
    pub(super) fn advance(&mut self, users: u32) {
        self.bar.inc(users.into());
        if self.told.is_some_and(|told| told.elapsed() >= LINE) {
            self.told = Some(Instant::now());
            let _ = writeln!(
                io::stderr(),
                "{} of {} users, {} a second, {} left",
                HumanCount(self.bar.position()),
                HumanCount(self.bar.length().unwrap_or_default()),
                whole(self.bar.per_sec()),
                HumanDuration(self.bar.eta()),
            );
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is shown without decimals"
)]
fn whole(rate: f64) -> HumanCount {
    HumanCount(rate.round() as u64)
}
