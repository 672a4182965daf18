use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use usher_domain::{PasswordHash, PlainPassword};
use usher_ports::outbound::{HasherBusy, Lane, PasswordCheck, PasswordHasher};

use crate::queue::Queue;

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
/// A hash keeps a core busy for some 25 ms and holds its memory, so a burst of logins would take the machine from
/// all other calls. `at_once` of them run, `waiting` more queue in each [`Lane`], and the next is refused within 70 ms.
pub struct ArgonHasher {
    work: Arc<Work>,
    queue: Arc<Queue>,
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
            work: Arc::new(Work::new(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))),
            queue: Queue::new(at_once, waiting),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        job: impl FnOnce(&Work) -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let running = self.queue.enter(lane).await?;
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
    #[tracing::instrument(name = "crypto.passwords.hash", level = "debug", skip_all)]
    async fn hash(&self, password: PlainPassword, lane: Lane) -> Result<PasswordHash, HasherBusy> {
        self.run(lane, move |work| work.hash(&password)).await?.ok_or(HasherBusy)
    }

    #[tracing::instrument(name = "crypto.passwords.verify", level = "debug", skip_all)]
    async fn verify(
        &self,
        password: PlainPassword,
        hash: Option<PasswordHash>,
        lane: Lane,
    ) -> Result<PasswordCheck, HasherBusy> {
        self.run(lane, move |work| work.verify(&password, hash.as_ref())).await
    }
}

struct Work {
    argon2: Argon2<'static>,
    /// What one hash works on, once for each that ever ran beside others. Allocated anew each time it would cost a
    /// page fault for every 4 KiB, and the allocator would keep a part of it for every thread that ever hashed.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Work {
    const fn new(argon2: Argon2<'static>) -> Self {
        Self { argon2, memory: Mutex::new(Vec::new()) }
    }

    fn hash(&self, password: &PlainPassword) -> Option<PasswordHash> {
        let salt = Salt::generate();
        let hash = Phc {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.argon2.params()).ok()?,
            salt: Some(salt),
            hash: Some(self.output(password, &salt)?),
        };
        Some(PasswordHash::new(hash.to_string()))
    }

    fn output(&self, password: &PlainPassword, salt: &[u8]) -> Option<Output> {
        let spare = self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memory = spare.unwrap_or_else(|| vec![Block::new(); self.argon2.params().block_count()]);
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        let password = password.expose().as_bytes();
        let done = self.argon2.hash_password_into_with_memory(password, salt, &mut output, &mut memory);
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        done.ok().and_then(|()| Output::new(&output).ok())
    }

    fn verify(&self, password: &PlainPassword, hash: Option<&PasswordHash>) -> PasswordCheck {
        let verdict = match hash.map(PasswordHash::expose) {
            Some(text) if text.starts_with('$') => return self.verify_phc(password, text),
            Some(text) => verify_sha256(password, text),
            None => PasswordCheck::Wrong,
        };
        if verdict == PasswordCheck::Wrong {
            // The same work as for an account with a modern hash, so that the time does not tell which it was.
            drop(self.hash(password));
        }
        verdict
    }

    fn verify_phc(&self, password: &PlainPassword, text: &str) -> PasswordCheck {
        let Ok(hash) = Phc::new(text) else { return PasswordCheck::Wrong };
        let (Some(salt), Some(stored)) = (hash.salt, hash.hash) else { return PasswordCheck::Wrong };
        if self.is_current(&hash) {
            // Outputs are compared in constant time.
            let right = self.output(password, &salt).is_some_and(|output| output == stored);
            return if right { PasswordCheck::Right } else { PasswordCheck::Wrong };
        }
        match self.argon2.verify_password(password.expose().as_bytes(), &hash) {
            Ok(()) => PasswordCheck::RightButOutdated,
            Err(_) => PasswordCheck::Wrong,
        }
    }

    fn is_current(&self, hash: &Phc) -> bool {
        let ours = self.argon2.params();
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(hash).is_ok_and(|params| {
                params.m_cost() == ours.m_cost()
                    && params.t_cost() == ours.t_cost()
                    && params.p_cost() == ours.p_cost()
                    && params.output_len().is_none_or(|length| length == Params::DEFAULT_OUTPUT_LEN)
            })
    }
}

/// The old backend stored the lower-case hex of an unsalted SHA-256.
fn verify_sha256(password: &PlainPassword, stored: &str) -> PasswordCheck {
    let ours = hex::encode(Sha256::digest(password.expose().as_bytes()));
    if bool::from(ours.as_bytes().ct_eq(stored.as_bytes())) {
        PasswordCheck::RightButOutdated
    } else {
        PasswordCheck::Wrong
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
        let old = ArgonHasher::new(CHEAP, 1, 8)
            .unwrap()
            .hash(password("123456"), Lane::Administrator)
            .await
            .unwrap();
        let now = ArgonHasher::new(HashCost { memory_kib: 128, ..CHEAP }, 1, 8).unwrap();
        assert_eq!(
            now.verify(password("123456"), Some(old), Lane::Administrator).await,
            Ok(PasswordCheck::RightButOutdated)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn turns_away_what_exceeds_the_queue() {
        let hasher = ArgonHasher::new(CHEAP, 1, 0).unwrap();
        let running = hasher.queue.enter(Lane::Administrator).await.unwrap();
        assert_eq!(hasher.hash(password("123456"), Lane::Administrator).await, Err(HasherBusy));
        drop(running);
        assert!(hasher.hash(password("123456"), Lane::Administrator).await.is_ok());
    }

    #[test]
    fn refuses_a_cost_argon2_does_not_know() {
        assert!(ArgonHasher::new(HashCost { memory_kib: 1, ..CHEAP }, 1, 1).is_err());
    }
}
