//! What was counted, and the table of it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::calls::Call;
use crate::faults::{Fault, Faults, Kind, Part};
use crate::ledger::Why;
use crate::rules::{self, Checked, Fate};
use crate::servers::Footprint;
use crate::{Options, locked};

/// Violations that are told in full.
const TOLD: usize = 100;

/// What happened, as it happens.
#[derive(Debug)]
pub(crate) struct Book(Mutex<Counts>);

#[derive(Clone, Debug)]
pub(crate) struct Counts {
    answered: u64,
    turned_away: u64,
    broken: u64,
    /// The latest time after an outage at which a call was turned away.
    turned_away_after: Duration,
    took: Vec<Duration>,
    last_answer: Instant,
    longest_silence: Duration,
    refused_after_end: u64,
    served_after_end: Duration,
    sessions_lost: u64,
    ended: [u64; 4],
    pub(crate) accounts: u64,
    pub(crate) commands: u64,
    pub(crate) commands_killed: u64,
    /// Creations that were tried without an answer and given up.
    pub(crate) unanswered: u64,
    /// Looked up at the end.
    pub(crate) verified: u64,
    pub(crate) audited: u64,
    violations: Vec<String>,
    violations_in_all: u64,
    progress: fn(&str),
}

const fn place(why: Why) -> usize {
    match why {
        Why::Disabled => 0,
        Why::Upgraded => 1,
        Why::NewPassword => 2,
        Why::LoggedOut => 3,
    }
}

impl Book {
    pub(crate) fn new(progress: fn(&str)) -> Self {
        Self(Mutex::new(Counts {
            answered: 0,
            turned_away: 0,
            broken: 0,
            turned_away_after: Duration::ZERO,
            took: Vec::new(),
            last_answer: Instant::now(),
            longest_silence: Duration::ZERO,
            refused_after_end: 0,
            served_after_end: Duration::ZERO,
            sessions_lost: 0,
            ended: [0; 4],
            accounts: 0,
            commands: 0,
            commands_killed: 0,
            unanswered: 0,
            verified: 0,
            audited: 0,
            violations: Vec::new(),
            violations_in_all: 0,
            progress,
        }))
    }

    /// Writes down a call, and whether what became of it is explained.
    pub(crate) fn call(&self, call: &Call, faults: &Faults) {
        let fate = rules::fate(call, faults);
        let mut counts = locked(&self.0);
        match fate {
            Ok(Fate::Answered) => {
                counts.answered += 1;
                counts.took.push(call.span.to - call.span.from);
                let silence = call.span.to.saturating_duration_since(counts.last_answer);
                counts.longest_silence = counts.longest_silence.max(silence);
                counts.last_answer = counts.last_answer.max(call.span.to);
            }
            Ok(Fate::TurnedAway(after)) => {
                counts.turned_away += 1;
                counts.turned_away_after = counts.turned_away_after.max(after);
            }
            Ok(Fate::Broken) => counts.broken += 1,
            Err(violation) => counts.violation(format!(
                "{violation}; it took {:?}; counted from its begin:{}",
                call.span.to - call.span.from,
                faults.told(call.span.from)
            )),
        }
    }

    /// Writes down what a session check came to.
    pub(crate) fn checked(&self, what: &str, ended: bool, checked: Result<Checked, String>) {
        let mut counts = locked(&self.0);
        match checked {
            Ok(Checked::Right) => counts.refused_after_end += u64::from(ended),
            Ok(Checked::Late(late)) => counts.served_after_end = counts.served_after_end.max(late),
            Ok(Checked::Lost) => counts.sessions_lost += 1,
            Err(violation) => counts.violation(format!("{what}: {violation}")),
        }
    }

    /// Something that ends sessions was acknowledged.
    pub(crate) fn acknowledged(&self, why: Why) {
        locked(&self.0).ended[place(why)] += 1;
    }

    pub(crate) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut locked(&self.0));
    }

    pub(crate) fn violation(&self, what: String) {
        locked(&self.0).violation(what);
    }

    /// Something to know about a violation.
    pub(crate) fn remark(&self, what: &str) {
        if let Some(last) = locked(&self.0).violations.last_mut() {
            last.extend([": ", what]);
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        locked(&self.0).clone()
    }
}

impl Counts {
    fn violation(&mut self, what: String) {
        self.violations_in_all += 1;
        (self.progress)(&format!("VIOLATION: {what}"));
        if self.violations.len() < TOLD {
            self.violations.push(what);
        }
    }

    pub(crate) const fn disables(&self) -> u64 {
        self.ended[place(Why::Disabled)]
    }

    fn quantile(&mut self, percent: usize) -> Duration {
        self.took.sort_unstable();
        self.took.get((self.took.len().max(1) - 1) * percent / 100).copied().unwrap_or_default()
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    title: &'static str,
    rows: Vec<(&'static str, String)>,
    /// What was promised and not kept, or not explained: the first of them, in full.
    pub violations: Vec<String>,
}

impl Report {
    pub(crate) fn new(
        options: &Options,
        lasted: Duration,
        mut counts: Counts,
        faults: &[Fault],
        footprints: (Footprint, Footprint),
    ) -> Self {
        let seconds = |span: Duration| format!("{:.1} s", span.as_secs_f64());
        let millis = |span: Duration| format!("{:.1} ms", span.as_secs_f64() * 1e3);
        let of = |kind, part: fn(Part) -> bool| {
            faults.iter().filter(|it| it.kind == kind && part(it.part)).count().to_string()
        };
        let node = |part| matches!(part, Part::Node(_));
        let (p50, p99) = (counts.quantile(50), counts.quantile(99));
        let (before, after) = footprints;
        let rows = vec![
            ("seed", options.seed.to_string()),
            ("time under load", seconds(lasted)),
            ("kills of a node", of(Kind::Kill, node)),
            ("kills of the database", of(Kind::Kill, |part| part == Part::Database)),
            ("kills of Redis", of(Kind::Kill, |part| part == Part::Redis)),
            ("pauses of any of them", of(Kind::Pause, |_| true)),
            (
                "commands run beside the nodes; killed",
                format!("{}; {}", counts.commands, counts.commands_killed),
            ),
            ("calls answered", counts.answered.to_string()),
            ("calls broken off by a kill", counts.broken.to_string()),
            ("calls turned away (503) during an outage", counts.turned_away.to_string()),
            ("longest after an outage that one was turned away", seconds(counts.turned_away_after)),
            ("longest time in which no call was answered", seconds(counts.longest_silence)),
            ("half of the calls within; 99 of 100", format!("{}; {}", millis(p50), millis(p99))),
            ("accounts acknowledged", counts.accounts.to_string()),
            ("upgrades acknowledged", counts.ended[place(Why::Upgraded)].to_string()),
            ("disables acknowledged", counts.disables().to_string()),
            ("new passwords acknowledged", counts.ended[place(Why::NewPassword)].to_string()),
            ("logouts acknowledged", counts.ended[place(Why::LoggedOut)].to_string()),
            ("accounts looked up afterwards", counts.verified.to_string()),
            ("entries of the audit log verified", counts.audited.to_string()),
            ("calls with an ended session, refused", counts.refused_after_end.to_string()),
            ("latest call served after its session's end", millis(counts.served_after_end)),
            ("sessions that a killed Redis lost", counts.sessions_lost.to_string()),
            (
                "resident memory of a node, before and after the last part",
                format!("{} MiB; {} MiB", before.resident_kib / 1024, after.resident_kib / 1024),
            ),
            ("open files of a node, the same", format!("{}; {}", before.files, after.files)),
            ("violations", counts.violations_in_all.to_string()),
        ];
        Self { title: options.backend.title(), rows, violations: counts.violations }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", table(std::slice::from_ref(self)))?;
        self.violations.iter().try_for_each(|violation| writeln!(f, "VIOLATION: {violation}"))
    }
}

/// Reports side by side, in Markdown.
pub fn table(reports: &[Report]) -> String {
    let row = |name: &str, cells: &[&str]| format!("| {name} | {} |\n", cells.join(" | "));
    let titles: Vec<_> = reports.iter().map(|report| report.title).collect();
    let rows = reports.first().map_or(&[][..], |report| &report.rows);
    let mut text = row("", &titles) + &row("---", &vec!["---"; reports.len()]);
    for (number, (name, _)) in rows.iter().enumerate() {
        let cells: Vec<_> = reports.iter().map(|report| report.rows[number].1.as_str()).collect();
        text.push_str(&row(name, &cells));
    }
    text
}
