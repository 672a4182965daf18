use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use usher::compose::{self, Adapters};
use usher::config::{Config, Flags};
use usher::system::{SystemIds, ZonedCalendar};
use usher_application::{Counters, SettleRevocationsService};
use usher_crypto::{ArgonHasher, FactorKeys, HashCost, HmacBrowsers, HmacTokens, Rfc6238, SaltedSignatures};
use usher_domain::{
    AuthenticatedDevice, ClientAddress, DeviceAttributes, ManagedUser, PasswordHash, PlainPassword,
    SetUpCode, SignedClaim, Status, Timestamp, User, UserId, Username, UsernameKey,
};
use usher_files::FileAvatars;
use usher_http::{AdminPorts, UseCases};
use usher_memory::{
    FixedClock, MemoryAccessBans, MemoryAdministrators, MemoryAudit, MemoryInstallation, MemoryLimiter,
    MemoryReplayGuard, MemorySessions, MemoryStatistics, MemoryUsers,
};
use usher_ports::inbound::{AdminRefusal, Credentials, Refusal, Registration, SignedIn, StatusCommand};
use usher_ports::outbound::{HasherBusy, Lane, PasswordCheck, PasswordHasher};

use crate::support::{SALT, authenticate, operator};

pub(super) const CODE: &str = "the code of the set-up link";

pub(super) const NOON: Timestamp = Timestamp::from_millis(1_752_835_449_008);

/// Every use case, put together as the program does it, with nothing outside the process.
pub(super) struct House {
    pub(super) cases: UseCases,
    pub(super) admin: AdminPorts,
    pub(super) adapters: Adapters,
    pub(super) revoker: Arc<SettleRevocationsService>,
    /// Those that it has unless the test has its own.
    pub(super) users: Arc<MemoryUsers>,
    meddler: Arc<Meddler>,
}

type Act = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Hashes, and lets something happen while it does: the moment between reading an account and writing it.
struct Meddler {
    hasher: ArgonHasher,
    act: Mutex<Option<Act>>,
}

impl Meddler {
    async fn act(&self) {
        let act = self.act.lock().expect("no panic").take();
        if let Some(act) = act {
            act.await;
        }
    }
}

#[async_trait]
impl PasswordHasher for Meddler {
    async fn hash(&self, password: PlainPassword, lane: Lane) -> Result<PasswordHash, HasherBusy> {
        self.act().await;
        self.hasher.hash(password, lane).await
    }

    async fn verify(
        &self,
        password: PlainPassword,
        hash: Option<PasswordHash>,
        lane: Lane,
    ) -> Result<PasswordCheck, HasherBusy> {
        self.act().await;
        self.hasher.verify(password, hash, lane).await
    }
}

impl House {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    /// With adapters of the test's own.
    pub(super) fn with(change: impl FnOnce(&mut Adapters)) -> Self {
        let cheap = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
        let hasher = ArgonHasher::new(cheap, 2, 8).expect("a cost");
        let meddler = Arc::new(Meddler { hasher, act: Mutex::new(None) });
        let audit = Arc::new(MemoryAudit::default());
        let users = Arc::new(MemoryUsers::new(audit.clone()));
        let mut adapters = Adapters {
            users: users.clone(),
            user_notes: users.clone(),
            user_import: users.clone(),
            sessions: Arc::new(MemorySessions::default()),
            visitor_sign_in: None,
            administrators: Arc::new(MemoryAdministrators::new(audit.clone())),
            access_bans: Arc::new(MemoryAccessBans::new(audit.clone())),
            ban_copy: Arc::default(),
            audit,
            avatars: Arc::new(FileAvatars::in_memory()),
            installations: Arc::new(MemoryInstallation::default()),
            statistics: Arc::new(MemoryStatistics::default()),
            counters: Arc::new(Counters::new(Arc::new(ZonedCalendar(TimeZone::UTC)))),
            job_log: Arc::default(),
            bulk_jobs: users.clone(),
            events: users.clone(),
            outbox: users.clone(),
            revocation_sink: None,
            limiter: Arc::new(MemoryLimiter::default()),
            node_limiter: Arc::new(MemoryLimiter::default()),
            replays: Arc::new(MemoryReplayGuard::default()),
            hasher: meddler.clone(),
            codes: Arc::new(Rfc6238),
            browsers: Arc::new(HmacBrowsers::new(&[1; 32], None)),
            factor_cipher: Arc::new(FactorKeys::new(&[1; 32], []).expect("keys")),
            tokens: Arc::new(HmacTokens::new(&[1; 32], None)),
            signatures: Arc::new(SaltedSignatures::new([SALT.to_owned()])),
            clock: Arc::new(FixedClock::at(NOON)),
            ids: Arc::new(SystemIds),
            probes: Vec::new(),
        };
        change(&mut adapters);
        let config = Config::load(&Flags::default()).expect("the defaults");
        Self {
            cases: compose::use_cases(&adapters, &config),
            admin: compose::admin_ports(&adapters, &config, SetUpCode::new(CODE.to_owned())),
            revoker: compose::revoker(&adapters),
            adapters,
            users,
            meddler,
        }
    }

    /// Lets this happen while the next password is being worked on.
    pub(super) fn meanwhile(&self, act: impl Future<Output = ()> + Send + 'static) {
        *self.meddler.act.lock().expect("no panic") = Some(Box::pin(act));
    }

    pub(super) async fn visit(&self, device: u32) -> Result<SignedIn, Refusal> {
        self.cases
            .register_visitor
            .register(authenticated(device), DeviceAttributes::default(), somewhere())
            .await
    }

    pub(super) async fn upgrade(&self, device: u32, name: &str) -> Result<SignedIn, Refusal> {
        self.cases.upgrade_visitor.upgrade(authenticated(device), registration(name)).await
    }

    pub(super) async fn register(&self, name: &str) -> Result<SignedIn, Refusal> {
        self.cases.register_user.register(registration(name)).await
    }

    pub(super) async fn log_in(&self, name: &str) -> Result<SignedIn, Refusal> {
        self.cases.log_in.log_in(credentials(name)).await
    }

    pub(super) async fn log_in_from(&self, device: u32, name: &str) -> Result<SignedIn, Refusal> {
        self.cases.log_in_visitor.log_in(authenticated(device), credentials(name)).await
    }

    pub(super) async fn set_status(&self, user: UserId, status: Status) -> Result<ManagedUser, AdminRefusal> {
        self.admin.toggle_status.set(operator(), user, StatusCommand::now(status)).await
    }

    pub(super) async fn user(&self, id: UserId) -> User {
        self.adapters.users.find(id).await.expect("an answer").expect("a user")
    }

    pub(super) async fn called(&self, name: &str) -> Option<User> {
        self.adapters.users.find_by_username(&UsernameKey::of(name)).await.expect("an answer")
    }

    pub(super) async fn sessions(&self, user: UserId) -> usize {
        self.adapters.sessions.list(user).await.expect("an answer").len()
    }
}

pub(super) fn authenticated(device: u32) -> AuthenticatedDevice {
    let claim = SignedClaim { device: format!("{device:08x}-bf16-5425-adbc-d12f49cfa332"), at: NOON };
    authenticate(claim)
}

pub(super) fn password(text: &str) -> PlainPassword {
    PlainPassword::parse(text).expect("a password")
}

pub(super) fn somewhere() -> ClientAddress {
    ClientAddress::new([192, 0, 2, 1].into())
}

pub(super) fn registration(name: &str) -> Registration {
    Registration {
        username: Username::register(name).expect("a name"),
        password: password("hunter22"),
        from: somewhere(),
    }
}

fn credentials(name: &str) -> Credentials {
    Credentials { username: UsernameKey::of(name), password: password("hunter22"), from: somewhere() }
}
