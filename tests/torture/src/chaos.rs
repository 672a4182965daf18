//! What is done to the installation, and when: drawn from the seed.

use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::actor::World;
use crate::engines::Server;
use crate::faults::{Kind, Part, Span};
use crate::rules::GRACE;
use crate::{Backend, Failure, Options, Outcome};

/// Database and Redis of the pairs.
#[derive(Debug)]
pub(crate) struct Engines {
    pub(crate) database: Server,
    pub(crate) redis: Server,
}

/// One strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strike {
    /// A node.
    Node,
    /// A node, and again while it starts.
    WhileStarting,
    /// A node, three times with hardly a pause.
    InSuccession,
    /// Both nodes.
    BothNodes,
    Database,
    Redis,
    /// The node and what it would have told, at the same time.
    NodeAndDatabase,
    NodeAndRedis,
}

use Strike::{BothNodes, Database, InSuccession, Node, NodeAndDatabase, NodeAndRedis, Redis, WhileStarting};

const ALONE: [Strike; 5] = [Node, WhileStarting, Node, InSuccession, Node];
const TOGETHER: [Strike; 10] = [
    Node,
    Database,
    Redis,
    NodeAndRedis,
    Database,
    WhileStarting,
    Redis,
    NodeAndDatabase,
    BothNodes,
    InSuccession,
];

/// Which strikes, in an order drawn from the seed, and how long after the beginning.
fn plan(options: &Options, rng: &mut Rng) -> Vec<(Duration, Strike)> {
    let kinds = if options.backend == Backend::Sqlite { &ALONE[..] } else { &TOGETHER[..] };
    let mut strikes: Vec<_> = kinds.iter().copied().cycle().take(options.kills).collect();
    rng.shuffle(&mut strikes);
    let part = options.duration.mul_f64(0.8);
    let mut times: Vec<_> = strikes.iter().map(|_| part.mul_f64(rng.f64())).collect();
    times.sort();
    times.into_iter().zip(strikes).collect()
}

/// Who strikes.
pub(crate) struct Chaos<'a> {
    pub(crate) world: &'a World,
    pub(crate) engines: Option<&'a Engines>,
    pub(crate) rng: Rng,
    /// How long something is away or stands still at most, in milliseconds.
    pub(crate) outage: u64,
}

/// The longest outage of a run this long.
pub(crate) fn outage(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis() / 4).unwrap_or(u64::MAX).clamp(100, 4_000)
}

impl Chaos<'_> {
    /// Strikes as planned, and ends when everything is up again.
    pub(crate) async fn run(&mut self, options: &Options) -> Outcome<()> {
        let begun = Instant::now();
        for (timestamp, strike) in plan(options, &mut self.rng) {
            tokio::time::sleep(timestamp.saturating_sub(begun.elapsed())).await;
            (options.progress)(&format!("after {:.1} s: {strike:?}", begun.elapsed().as_secs_f64()));
            self.strike(strike).await?;
            if self.rng.u32(..4) == 0 {
                tokio::time::sleep(self.up_to(500)).await;
                self.pause().await?;
            }
        }
        Ok(())
    }

    async fn strike(&mut self, strike: Strike) -> Outcome<()> {
        let node = self.rng.usize(..self.world.site.nodes());
        match strike {
            Node => self.node(node, 1).await,
            WhileStarting => self.node(node, 2).await,
            InSuccession => self.node(node, 3).await,
            BothNodes => {
                self.node(0, 1).await?;
                self.node(1, 1).await
            }
            Database => self.engine(Part::Database, None).await,
            Redis => self.engine(Part::Redis, None).await,
            NodeAndDatabase => self.engine(Part::Database, Some(node)).await,
            NodeAndRedis => self.engine(Part::Redis, Some(node)).await,
        }
    }

    /// Kills a node so many times, all but the first while it starts, and starts it.
    async fn node(&mut self, node: usize, times: u32) -> Outcome<()> {
        let (faults, site) = (&self.world.faults, &self.world.site);
        if site.ended(node) {
            return Err(Failure(format!("node {node} ended by itself: {}", site.log(node))));
        }
        let mut ids = vec![faults.begin(Part::Node(node), Kind::Kill, Instant::now())];
        site.kill(node);
        for _ in 1..times {
            let after = self.up_to(80);
            ids.push(faults.begin(Part::Node(node), Kind::Kill, Instant::now()));
            site.start_and_kill(node, after).await?;
        }
        self.start(node).await?;
        for id in ids {
            faults.end(id, Instant::now());
        }
        Ok(())
    }

    async fn start(&self, node: usize) -> Outcome<()> {
        let now = || Span { from: Instant::now(), to: Instant::now() };
        self.world.site.start(node, || self.world.faults.since_an_outage(now(), GRACE).is_some()).await
    }

    /// Kills the database or Redis, perhaps with a node, and starts them again after a while.
    async fn engine(&mut self, part: Part, with: Option<usize>) -> Outcome<()> {
        let away = self.up_to(self.outage);
        let Some(engine) = self.engine_of(part) else { return Ok(()) };
        let id = self.world.faults.begin(part, Kind::Kill, Instant::now());
        let node =
            with.map(|node| (node, self.world.faults.begin(Part::Node(node), Kind::Kill, Instant::now())));
        if let Some((node, _)) = node {
            self.world.site.kill(node);
        }
        engine.kill().await?;
        let back = async {
            tokio::time::sleep(away).await;
            engine.start_again().await?;
            self.world.faults.end(id, Instant::now());
            Outcome::Ok(())
        };
        let restarted = async {
            if let Some((node, id)) = node {
                self.start(node).await?;
                self.world.faults.end(id, Instant::now());
            }
            Outcome::Ok(())
        };
        let (back, restarted) = tokio::join!(back, restarted);
        back.and(restarted)
    }

    fn engine_of(&self, part: Part) -> Option<&Server> {
        match part {
            Part::Database => self.engines.map(|engines| &engines.database),
            Part::Redis => self.engines.map(|engines| &engines.redis),
            Part::Node(_) => None,
        }
    }

    /// Something stands still for a while.
    async fn pause(&mut self) -> Outcome<()> {
        let node = self.rng.usize(..self.world.site.nodes());
        let parts = [Part::Node(node), Part::Database, Part::Redis];
        let part = parts[if self.engines.is_some() { self.rng.usize(..3) } else { 0 }];
        // A node for less than the bound: what it was just answering it answers when it goes on.
        let still = self.up_to(if part == Part::Node(node) { self.outage.min(1_500) } else { self.outage });
        let id = self.world.faults.begin(part, Kind::Pause, Instant::now());
        if let Some(engine) = self.engine_of(part) {
            engine.pause().await?;
            tokio::time::sleep(still).await;
            engine.unpause().await?;
        } else {
            self.world.site.signal(node, "STOP")?;
            tokio::time::sleep(still).await;
            self.world.site.signal(node, "CONT")?;
        }
        self.world.faults.end(id, Instant::now());
        Ok(())
    }

    fn up_to(&mut self, millis: u64) -> Duration {
        Duration::from_millis(self.rng.u64(..millis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_plan_again_and_another_one_another() {
        let options = |backend| Options {
            program: "usher".into(),
            backend,
            kills: 20,
            duration: Duration::from_mins(2),
            seed: 0,
            clients: 1,
            containers: "usher-test",
            progress: |_| {},
        };
        let drawn = |seed| plan(&options(Backend::Postgres), &mut Rng::with_seed(seed));
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        for strike in TOGETHER {
            assert!(drawn(7).iter().any(|(_, drawn)| *drawn == strike), "{strike:?}");
        }
        assert!(drawn(7).iter().all(|(timestamp, _)| *timestamp < Duration::from_secs(96)));
        let alone = plan(&options(Backend::Sqlite), &mut Rng::with_seed(7));
        assert!(alone.iter().all(|(_, strike)| ALONE.contains(strike)));
    }
}
