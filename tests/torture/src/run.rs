//! One run, from an empty installation to its report.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::actor::{ADMINISTRATOR, Actor, World, prowl};
use crate::chaos::{Chaos, Engines, outage};
use crate::dead::Dead;
use crate::engines::{self, Server};
use crate::faults::{Faults, Kind, Part};
use crate::ledger::Account;
use crate::report::{Book, Report};
use crate::rules::GRACE;
use crate::servers::Site;
use crate::{Backend, Failure, Options, Outcome, calls, failed, verdict};

/// How much longer than its load a run may take: starts, kills and the looking up.
const MORE: Duration = Duration::from_mins(10);

/// From how many kills on the first start is killed as well.
const MANY: usize = 20;

/// Runs it.
///
/// # Errors
/// When there is no verdict: something could not be prepared, or did not come back.
pub async fn run(options: &Options) -> Result<Report, Failure> {
    let most = options.duration * 2 + MORE;
    match tokio::time::timeout(most, torture(options)).await {
        Ok(report) => report,
        Err(_) => Err(Failure(format!("it is not over after {most:?}"))),
    }
}

async fn torture(options: &Options) -> Outcome<Report> {
    let engines = prepare(options).await?;
    let mut rng = Rng::with_seed(options.seed);
    let site = Site::new(options, &backends(options.backend, engines.as_ref()))?;
    let world = Arc::new(World {
        site,
        faults: Faults::default(),
        book: Book::new(options.progress),
        dead: Dead::default(),
        bound: options.backend.bound(),
        ended: AtomicBool::new(false),
        orphans: Mutex::new(0),
        admin_password: format!("torture {:016x}", rng.u64(..)),
    });
    first_start(&world, options, &mut rng).await?;
    let begun = Instant::now();
    let actors = (0..options.clients)
        .map(|number| {
            let actor = Actor::new(number, rng.fork(), Arc::clone(&world))?;
            Ok(tokio::spawn(actor.work()))
        })
        .collect::<Outcome<Vec<_>>>()?;
    let prowlers: Vec<_> = (0..2).map(|_| tokio::spawn(prowl(Arc::clone(&world), rng.fork()))).collect();
    let mut chaos =
        Chaos { world: &world, engines: engines.as_ref(), rng: rng.fork(), outage: outage(options.duration) };
    let struck = chaos.run(options).await;
    // The last part is quiet: what grows in it is a leak, and nothing explains an error in it.
    verdict::ready(&world).await?;
    tokio::time::sleep(if engines.is_some() { GRACE } else { Duration::ZERO }).await;
    let before = verdict::footprint(&world);
    tokio::time::sleep(options.duration.saturating_sub(begun.elapsed())).await;
    let lasted = begun.elapsed();
    world.ended.store(true, Ordering::Relaxed);
    for prowler in prowlers {
        prowler.await.map_err(|error| failed("a client", error))??;
    }
    let mut accounts = Vec::new();
    for actor in actors {
        accounts.push(actor.await.map_err(|error| failed("a client", error))??);
    }
    struck?;
    let after = verdict::footprint(&world);
    (options.progress)("looking everything up");
    verify(&world, accounts, &mut rng).await?;
    if let Some(leak) = verdict::leaks(before, after) {
        world.book.violation(leak);
    }
    Ok(Report::new(options, lasted, world.book.counts(), &world.faults.all(), (before, after)))
}

async fn prepare(options: &Options) -> Outcome<Option<Engines>> {
    let database = match options.backend {
        Backend::Sqlite => return Ok(None),
        Backend::Postgres => &engines::POSTGRES,
        Backend::Mariadb => &engines::MARIADB,
    };
    let database = Server::start(database, options.containers).await?;
    Ok(Some(Engines { database, redis: Server::start(&engines::REDIS, options.containers).await? }))
}

fn backends(backend: Backend, engines: Option<&Engines>) -> Vec<(&'static str, String)> {
    let Some(Engines { database, redis }) = engines else { return Vec::new() };
    let login = if backend == Backend::Postgres { "postgres://postgres:usher" } else { "mysql://root" };
    vec![
        ("USHER_DATABASE__URL", format!("{login}@{}/usher", database.address)),
        ("USHER_REDIS__URL", format!("redis://{}", redis.address)),
    ]
}

/// Starts the nodes and makes an administrator. In long runs the very first start is killed a few times before.
async fn first_start(world: &World, options: &Options, rng: &mut Rng) -> Outcome<()> {
    for _ in 0..if options.kills < MANY { 0 } else { 3 } {
        let id = world.faults.begin(Part::Node(0), Kind::Kill, Instant::now());
        world.site.start_and_kill(0, Duration::from_millis(rng.u64(..100))).await?;
        world.faults.end(id, Instant::now());
    }
    for node in 0..world.site.nodes() {
        world.site.start(node, || false).await?;
    }
    let command = world.site.command(&["admin", "create", ADMINISTRATOR, "--role", "owner"]);
    let ran = calls::run(command, Some(world.admin_password.clone()), None).await?;
    if ran.succeeded { Ok(()) } else { Err(Failure(format!("usher admin create: {}", ran.said))) }
}

/// Looks everything up, several accounts at a time.
async fn verify(world: &Arc<World>, accounts: Vec<Vec<Account>>, rng: &mut Rng) -> Outcome<()> {
    let mut running = Vec::new();
    for (number, accounts) in (1_000..).zip(accounts) {
        let actor = Actor::new(number, rng.fork(), Arc::clone(world))?;
        running.push(tokio::spawn(actor.verify(accounts)));
    }
    let mut accounts = Vec::new();
    for actor in running {
        accounts.extend(actor.await.map_err(|error| failed("a client", error))?);
    }
    verdict::try_the_dead(world).await?;
    let rows = verdict::rows(world).await?;
    for violation in verdict::compare(&rows, &accounts, verdict::unanswered(world)) {
        world.book.violation(violation);
    }
    verdict::audit(world).await?;
    verdict::last_words(world);
    Ok(())
}
