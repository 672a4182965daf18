//! `usher demo`: people who do not exist, to look at and to measure with.

mod moderation;
mod people;
mod progress;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write as _};
use std::ops::{Range, RangeInclusive};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::tz::TimeZone;
use usher_domain::{Count, Day, Dimension, Hour, Measure, PlainPassword, RefusalReason, Timestamp, UserId};
use usher_ports::outbound::{Calendar as _, Counted, Imported, ImportedUser, Lane, Statistics, UserImport};

use crate::cli::Installation;
use crate::compose;
use crate::config::{Config, DisplayFromStr};
use crate::system::ZonedCalendar;
use people::People;
use progress::Progress;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many users one transaction adds.
const BATCH: u32 = 10_000;

/// How long a batch may take: a server has no such long transactions, and a shorter timeout.
const TIMEOUT: &str = "1m";

/// How many batches are on their way at once: a database server writes each on a core of its own.
const AT_ONCE: usize = 4;

/// How many people must be there, and how many may be, for administrators to have disabled and deleted some of them: each by
/// a transaction of its own, as they do it.
const MODERATED: RangeInclusive<u32> = 100..=10_000;

/// How often a batch is drawn in which a name is taken, as may be where millions have names from earlier runs.
const DRAWS: u32 = 8;

/// The configuration of the installation that takes the people in.
pub(crate) fn patient(config: &Config) -> Result<Config> {
    let mut config = config.clone();
    config.database.timeout = DisplayFromStr(TIMEOUT.parse()?);
    Ok(config)
}

pub(crate) async fn run(count: u32, installation: Installation) -> Result<()> {
    let Installation { database, adapters, admin, machine } = installation;
    // Drawn anew each time: a password that is public in the source would be a way in.
    let password = hex::encode(crate::system::random::<6>());
    let hash = adapters.hasher.hash(PlainPassword::parse(&password)?, Lane::Administrator).await?;
    let people = People { count, until: adapters.clock.now(), hash, ids: adapters.ids.clone() };
    let import = compose::user_import(&database);
    let mut progress = Progress::new(count);
    let starts = (0..count).step_by(BATCH as usize);
    let batches = starts.map(|first| add(&*import, &people, first..first.saturating_add(BATCH).min(count)));
    let mut added = stream::iter(batches).buffer_unordered(AT_ONCE);
    let mut days = Days::new(adapters.clock.now());
    let mut moderated = Vec::new();
    let outcome = loop {
        match added.try_next().await {
            Ok(Some((users, ids))) => {
                days.count(&users, &ids);
                if MODERATED.contains(&count) {
                    moderated.extend(ids);
                }
                progress.advance(u32::try_from(users.len())?);
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    drop(added);
    // Also after a failure: the batches before it are in the database.
    days.write(&*adapters.statistics).await?;
    outcome?;
    progress.finish();
    moderation::moderate(&admin, &machine, &moderated).await?;
    database.close().await;
    writeln!(io::stdout(), "{count} people were added; the registered ones have the password {password}")?;
    Ok(())
}

/// Adds one batch: all of it, or nothing.
async fn add(
    import: &dyn UserImport,
    people: &People,
    numbers: Range<u32>,
) -> Result<(Vec<ImportedUser>, Vec<UserId>)> {
    for _ in 0..DRAWS {
        let users = people.draw(numbers.clone())?;
        if let Imported::Done(ids) = import.import(&users).await? {
            return Ok((users, ids));
        }
    }
    Err("names that were drawn at random are taken; try again".into())
}

/// What a server would have counted, by day: all came as visitors, those with a password became users, some came back, and some
/// were refused. It is written at the end, so a demo that is killed leaves its users uncounted.
struct Days {
    calendar: ZonedCalendar,
    now: Timestamp,
    counts: BTreeMap<(Day, Hour), BTreeMap<Count, u64>>,
    /// Who was active today. Of a day that is over only their number is kept.
    active: Vec<UserId>,
}

/// For how many days hours are told apart: what is older is shown by the day only.
const DAYS_OF_HOURS: i64 = 3;

impl Days {
    fn new(now: Timestamp) -> Self {
        let calendar = ZonedCalendar(TimeZone::system());
        Self { now, calendar, counts: BTreeMap::new(), active: Vec::new() }
    }

    fn count(&mut self, users: &[ImportedUser], ids: &[UserId]) {
        let today = self.calendar.day(self.now);
        for (user, id) in users.iter().zip(ids) {
            let day = self.calendar.day(user.at);
            let recent = day > today.minus(DAYS_OF_HOURS);
            let hour = if recent { Hour::of(user.at) } else { Hour(day.0 * 24) };
            let counts = self.counts.entry((day, hour)).or_default();
            let mut one_more = |count| *counts.entry(count).or_default() += 1;
            one_more(Count::Total(Measure::Visitors));
            if user.password.is_some() {
                one_more(Count::Total(Measure::Upgrades));
            }
            if id.0 % 2 == 0 {
                one_more(Count::Total(Measure::LogIns));
            }
            if id.0 % 15 == 0 {
                one_more(Count::Total(Measure::Refused));
                // The rarer reasons come later.
                let reason = (id.0 / 15).trailing_zeros() as usize % RefusalReason::ALL.len();
                one_more(Count::Refused(RefusalReason::ALL[reason]));
            }
            for dimension in Dimension::ALL {
                one_more(Count::Split(dimension, dimension.of(&user.device.attributes).to_owned()));
            }
            if day == today {
                self.active.push(*id);
            } else {
                one_more(Count::Total(Measure::Active));
            }
        }
    }

    async fn write(self, statistics: &dyn Statistics) -> Result<()> {
        let seen_at = self.now;
        for ((day, hour), counts) in self.counts {
            let counts = counts.into_iter().collect();
            statistics.add(&Counted { day, hour, counts, active: Vec::new(), seen_at }).await?;
        }
        let (day, hour) = (self.calendar.day(seen_at), Hour::of(seen_at));
        for active in self.active.chunks(BATCH as usize) {
            let (counts, active) = (Vec::new(), active.to_vec());
            statistics.add(&Counted { day, hour, counts, active, seen_at }).await?;
        }
        Ok(())
    }
}
