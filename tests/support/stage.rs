use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use salvo::Service;
use salvo::test::TestClient;
use tempfile::TempDir;
use usher::compose::{self, Adapters};
use usher::config::{Config, DurabilityName, Flags, Secret};
use usher::secrets::Secrets;
use usher_domain::Timestamp;
use usher_http::{AdminPorts, Lifecycle};
use usher_memory::FixedClock;
use usher_ports::inbound::{MaintainAccounts, ManageAvatars};

use super::{Answer, Phone, SALT};

/// When every play begins: 2025-07-18T10:44:09.008Z, the moment of the published test vector.
const BEGIN: Timestamp = Timestamp::from_millis(1_752_835_449_008);

/// The whole service, as `usher serve` puts it together, over a database of its own and a clock that stands still.
pub(crate) struct Stage {
    pub(crate) service: Service,
    pub(crate) adapters: Adapters,
    pub(crate) admin: AdminPorts,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) keeping: Arc<dyn MaintainAccounts>,
    pub(crate) pictures: Arc<dyn ManageAvatars>,
    pub(crate) set_up_code: String,
    phones: AtomicU64,
    _data: TempDir,
}

impl Stage {
    /// As it is by default, with cheap password hashes.
    pub(crate) async fn new() -> Arc<Self> {
        Self::with(|_| {}).await
    }

    /// Without limits.
    pub(crate) async fn unlimited() -> Arc<Self> {
        Self::with(without_limits).await
    }

    /// With a configuration that differs from the default.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Arc<Self> {
        Self::with_adapters(change, |_| {}).await
    }

    /// With adapters of the test's own, too.
    pub(crate) async fn with_adapters(
        change: impl FnOnce(&mut Config),
        exchange: impl FnOnce(&mut Adapters),
    ) -> Arc<Self> {
        let data = tempfile::tempdir().expect("a directory");
        let flags = Flags { data_dir: Some(data.path().to_owned()), ..Flags::default() };
        let mut config = Config::load(&flags).expect("the defaults");
        config.signing.salts = vec![Secret::new(SALT.to_owned()), Secret::new("the-next-salt".to_owned())];
        (config.passwords.memory_kib, config.passwords.passes) = (64, 1);
        config.database.durability = DurabilityName::Relaxed;
        change(&mut config);
        let secrets = Secrets::load(&config).expect("secrets");
        let database = compose::database(&config).await.expect("a database");
        let clock = Arc::new(FixedClock::at(BEGIN));
        let adapters = compose::adapters(&config, &secrets, &database).await.expect("adapters");
        let mut adapters = Adapters { clock: clock.clone(), ..adapters };
        exchange(&mut adapters);
        Arc::new(Self {
            service: compose::http(&adapters, &config, secrets.set_up_code(), &Lifecycle::default()),
            set_up_code: secrets.set_up_code().expose().to_owned(),
            admin: compose::admin_ports(&adapters, &config, secrets.set_up_code()),
            pictures: compose::manage_avatars(&adapters),
            keeping: compose::maintain_accounts(&adapters, &config),
            adapters,
            clock,
            phones: AtomicU64::new(0),
            _data: data,
        })
    }

    /// A phone that was never seen before.
    pub(crate) fn phone(self: &Arc<Self>) -> Phone {
        let number = self.phones.fetch_add(1, Ordering::Relaxed);
        Phone::new(self, &format!("{number:08x}-bf16-5425-adbc-d12f49cfa332"))
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(TestClient::get(format!("http://usher{path}")).send(&self.service).await).await
    }
}

/// Switches every limit off, as tools do that find them in `usher config show`.
pub(crate) fn without_limits(config: &mut Config) {
    let mut limits = toml::Table::try_from(&config.limits).expect("a table");
    for (_, limit) in &mut limits {
        *limit = "off".into();
    }
    config.limits = limits.try_into().expect("limits");
}
