//! `usher demo`: people who do not exist, to look at and to measure with.

mod people;
mod progress;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write as _};
use std::ops::Range;

use jiff::tz::TimeZone;
use usher_domain::{Count, Day, Dimension, Measure, PlainPassword, UserId};
use usher_ports::outbound::{Calendar as _, Imported, ImportedUser, Lane, UserImport};

use crate::compose::{self, Adapters};
use crate::config::{Config, DisplayFromStr};
use crate::secrets::Secrets;
use crate::system::ZonedCalendar;
use people::People;
use progress::Progress;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many users one transaction adds.
const BATCH: u32 = 10_000;

/// How long a batch may take: a server has no such long transactions, and so less patience.
const TIMEOUT: &str = "1m";

/// How often a batch is drawn in which a name is taken, as may be where millions have names from earlier runs.
const DRAWS: u32 = 8;

pub(crate) async fn run(count: u32, config: &Config) -> Result<()> {
    let mut config = config.clone();
    config.database.timeout = DisplayFromStr(TIMEOUT.parse()?);
    let secrets = Secrets::load(&config)?;
    let database = compose::database(&config).await?;
    let adapters = compose::adapters(&config, &secrets, &database).await?;
    // Drawn anew each time: a password that is public in the source would be a way in.
    let password = hex::encode(crate::system::random::<6>());
    let hash = adapters.hasher.hash(PlainPassword::parse(&password)?, Lane::Administrator).await?;
    let people = People { count, until: adapters.clock.now(), hash, ids: adapters.ids.clone() };
    let import = compose::user_import(&database);
    let mut progress = Progress::new(count);
    let mut first = 0;
    while first < count {
        let next = first.saturating_add(BATCH).min(count);
        let (users, ids) = add(&*import, &people, first..next).await?;
        tally(&adapters, &users, &ids).await?;
        progress.reached(next);
        first = next;
    }
    progress.finish();
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

/// What a server would have counted: all came as visitors, and those with a password became users.
async fn tally(adapters: &Adapters, users: &[ImportedUser], ids: &[UserId]) -> Result<()> {
    let calendar = ZonedCalendar(TimeZone::system());
    let today = calendar.day(adapters.clock.now());
    let mut days: BTreeMap<Day, (BTreeMap<Count, u64>, Vec<UserId>)> = BTreeMap::new();
    for (user, id) in users.iter().zip(ids) {
        let day = calendar.day(user.at);
        let (counts, active) = days.entry(day).or_default();
        let mut one_more = |count| *counts.entry(count).or_default() += 1;
        one_more(Count::Total(Measure::Visitors));
        if user.password.is_some() {
            one_more(Count::Total(Measure::Upgrades));
        }
        for dimension in Dimension::ALL {
            one_more(Count::Split(dimension, dimension.of(&user.device.attributes).to_owned()));
        }
        // Of a day that is over only the number is kept.
        if day == today {
            active.push(*id);
        } else {
            one_more(Count::Total(Measure::Active));
        }
    }
    for (day, (counts, active)) in days {
        let counts: Vec<(Count, u64)> = counts.into_iter().collect();
        adapters.statistics.add(day, &counts, &active).await?;
    }
    Ok(())
}
