//! People who do not exist, to look at and to measure with: `usher demo`, and a button on the empty list of users.

mod days;
mod moderation;
mod people;
mod progress;

use std::error::Error;
use std::io::{self, Write as _};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use usher_domain::{AuditAction, Operator, Owner, PlainPassword, UserFilter, UserId};
use usher_ports::inbound::{AdminDeleteUser, AdminRefusal, AdminToggleStatus, DemoLoaded, LoadDemo};
use usher_ports::outbound::{
    AuditLog, Clock, IdSource, Imported, ImportedUser, Lane, PasswordHasher, Statistics, StoreError,
    UserDirectory, UserImport,
};

use crate::cli::Installation;
use crate::compose;
use crate::config::{Config, DisplayFromStr};
use days::Days;
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

/// How many people a page adds.
const PEOPLE: u32 = 200;

/// How often a batch is drawn in which a name is taken, as may be where millions have names from earlier runs.
const DRAWS: u32 = 8;

/// The configuration of the installation that takes the people in.
pub(crate) fn patient(config: &Config) -> Result<Config> {
    let mut config = config.clone();
    config.database.timeout = DisplayFromStr(TIMEOUT.parse()?);
    Ok(config)
}

/// `usher demo`.
pub(crate) async fn run(count: u32, installation: Installation) -> Result<()> {
    let Installation { database, adapters, machine, .. } = installation;
    let mut progress = Progress::new(count);
    let added = |users| progress.advance(users);
    let password = compose::demo(&adapters).fill(count, machine.operating()?, added).await?;
    progress.finish();
    database.close().await;
    writeln!(io::stdout(), "{count} people were added; the registered ones have the password {password}")?;
    Ok(())
}

/// Adds people, and what became of them.
pub(crate) struct Demo {
    pub(crate) users: Arc<dyn UserDirectory>,
    pub(crate) import: Arc<dyn UserImport>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) statistics: Arc<dyn Statistics>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) toggle_status: Arc<dyn AdminToggleStatus>,
    pub(crate) delete_user: Arc<dyn AdminDeleteUser>,
}

#[async_trait]
impl LoadDemo for Demo {
    async fn load(&self, by: Owner<'_>) -> std::result::Result<Option<DemoLoaded>, AdminRefusal> {
        if self.users.count(&UserFilter::default(), 1).await? > 0 {
            return Ok(None);
        }
        let administrator = by.administrator();
        let loaded =
            administrator.context(self.clock.now()).record(AuditAction::DemoLoaded, &PEOPLE.to_string());
        self.audit.append(&loaded).await?;
        let password = self.fill(PEOPLE, administrator.operating()?, drop).await.map_err(StoreError::new)?;
        Ok(Some(DemoLoaded { people: PEOPLE, password }))
    }
}

impl Demo {
    /// Adds so many people, tells how many of them each step added, and returns the password of the registered ones.
    async fn fill(&self, count: u32, by: Operator<'_>, mut added: impl FnMut(u32)) -> Result<String> {
        // Drawn anew each time: a password that is public in the source would be a way in.
        let password = hex::encode(crate::system::random::<6>());
        let hash = self.hasher.hash(PlainPassword::parse(&password)?, Lane::Administrator).await?;
        let until = self.clock.now();
        let people = People { count, until, hash, ids: Arc::clone(&self.ids) };
        let starts = (0..count).step_by(BATCH as usize);
        let batches =
            starts.map(|first| add(&*self.import, &people, first..first.saturating_add(BATCH).min(count)));
        let mut batches = stream::iter(batches).buffer_unordered(AT_ONCE);
        let mut days = Days::new(until);
        let mut moderated = Vec::new();
        let outcome = loop {
            match batches.try_next().await {
                Ok(Some((users, ids))) => {
                    days.count(&users, &ids);
                    if MODERATED.contains(&count) {
                        moderated.extend(ids);
                    }
                    added(u32::try_from(users.len())?);
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(batches);
        // Also after a failure: the batches before it are in the database.
        days.write(&*self.statistics).await?;
        outcome?;
        self.moderate(by, &moderated).await?;
        Ok(password)
    }
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
