use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use usher_domain::{PasswordHash, PlainPassword};
use usher_ports::outbound::{HasherBusy, PasswordHasher, Verdict};

/// What one hash costs. The default is the first choice of OWASP's Password Storage Cheat Sheet for Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for HashCost {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// A cost that Argon2 does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCost(String);

impl std::fmt::Display for InvalidCost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a cost for Argon2: {}", self.0)
    }
}

impl std::error::Error for InvalidCost {}

/// Argon2id (RFC 9106) on the blocking threads, a few at a time.
///
/// A hash keeps a core busy for some 25 ms and holds its memory, so a burst of logins would take everything from
/// everybody. `at_once` of them run, `waiting` more queue, and the next is turned away at once.
pub struct ArgonHasher {
    work: Arc<Work>,
    running: Arc<Semaphore>,
    admitted: Semaphore,
}

impl ArgonHasher {
    /// A hasher of this cost.
    ///
    /// # Errors
    /// When Argon2 does not allow the cost.
    pub fn new(cost: HashCost, at_once: usize, waiting: usize) -> Result<Self, InvalidCost> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None);
        let params = params.map_err(|error| InvalidCost(error.to_string()))?;
        Ok(Self {
            work: Arc::new(Work(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))),
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Semaphore::new(at_once + waiting),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Work) -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let _admitted = self.admitted.try_acquire().map_err(|_| HasherBusy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HasherBusy)?;
        let work = Arc::clone(&self.work);
        // The permit goes with the job: a caller that hangs up frees no core.
        let job = move || {
            let _running = running;
            job(&work)
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| HasherBusy)
    }
}

#[async_trait]
impl PasswordHasher for ArgonHasher {
    async fn hash(&self, password: PlainPassword) -> Result<PasswordHash, HasherBusy> {
        self.run(move |work| work.hash(&password)).await?.ok_or(HasherBusy)
    }

    async fn verify(
        &self,
        password: PlainPassword,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, HasherBusy> {
        self.run(move |work| work.verify(&password, hash.as_ref())).await
    }
}

struct Work(Argon2<'static>);

impl Work {
    /// `None` only where the operating system has no random numbers.
    fn hash(&self, password: &PlainPassword) -> Option<PasswordHash> {
        let hash = self.0.hash_password(password.expose().as_bytes()).ok()?;
        Some(PasswordHash::new(hash.to_string()))
    }

    fn verify(&self, password: &PlainPassword, hash: Option<&PasswordHash>) -> Verdict {
        let verdict = match hash.map(PasswordHash::expose) {
            Some(text) if text.starts_with('$') => return self.verify_phc(password, text),
            Some(text) => verify_sha256(password, text),
            None => Verdict::Wrong,
        };
        if verdict == Verdict::Wrong {
            // The same work as for an account with a modern hash, so that the time does not tell which it was.
            drop(self.hash(password));
        }
        verdict
    }

    fn verify_phc(&self, password: &PlainPassword, text: &str) -> Verdict {
        let Ok(hash) = Phc::new(text) else { return Verdict::Wrong };
        if self.0.verify_password(password.expose().as_bytes(), &hash).is_err() {
            return Verdict::Wrong;
        }
        let current = hash.algorithm.as_str() == "argon2id"
            && Params::try_from(&hash).is_ok_and(|params| {
                let ours = self.0.params();
                params.m_cost() == ours.m_cost()
                    && params.t_cost() == ours.t_cost()
                    && params.p_cost() == ours.p_cost()
            });
        if current { Verdict::Right } else { Verdict::RightButOutdated }
    }
}

/// The old backend stored the lower-case hex of an unsalted SHA-256.
fn verify_sha256(password: &PlainPassword, stored: &str) -> Verdict {
    let ours = hex::encode(Sha256::digest(password.expose().as_bytes()));
    if bool::from(ours.as_bytes().ct_eq(stored.as_bytes())) {
        Verdict::RightButOutdated
    } else {
        Verdict::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

    fn password(text: &str) -> PlainPassword {
        PlainPassword::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_cheaper_hash_is_outdated() {
        let old = ArgonHasher::new(CHEAP, 1, 8).unwrap().hash(password("123456")).await.unwrap();
        let now = ArgonHasher::new(HashCost { memory_kib: 128, ..CHEAP }, 1, 8).unwrap();
        assert_eq!(now.verify(password("123456"), Some(old)).await, Ok(Verdict::RightButOutdated));
    }

    #[tokio::test]
    async fn turns_away_what_exceeds_the_queue() {
        let hasher = ArgonHasher::new(CHEAP, 1, 0).unwrap();
        let (first, second) = tokio::join!(hasher.hash(password("123456")), hasher.hash(password("123456")));
        assert!(first.is_ok());
        assert_eq!(second, Err(HasherBusy));
        assert!(hasher.hash(password("123456")).await.is_ok());
    }

    #[test]
    fn refuses_a_cost_argon2_does_not_know() {
        assert!(ArgonHasher::new(HashCost { memory_kib: 1, ..CHEAP }, 1, 1).is_err());
    }
}
