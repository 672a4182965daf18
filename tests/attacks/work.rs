//! The same work is done for accounts that are there and for those that are not, so that the time does not tell.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use salvo::test::TestClient;
use usher_domain::{AdministratorRole, PasswordHash, PlainPassword};
use usher_ports::outbound::{HasherBusy, Lane, PasswordCheck, PasswordHasher};

use crate::support::{ADMIN_PASSWORD, Stage};

/// Counts what is hashed.
struct Counting {
    hasher: Arc<dyn PasswordHasher>,
    done: AtomicUsize,
}

#[async_trait]
impl PasswordHasher for Counting {
    async fn hash(&self, password: PlainPassword, lane: Lane) -> Result<PasswordHash, HasherBusy> {
        self.done.fetch_add(1, Ordering::SeqCst);
        self.hasher.hash(password, lane).await
    }

    async fn verify(
        &self,
        password: PlainPassword,
        hash: Option<PasswordHash>,
        lane: Lane,
    ) -> Result<PasswordCheck, HasherBusy> {
        self.done.fetch_add(1, Ordering::SeqCst);
        self.hasher.verify(password, hash, lane).await
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_cost_the_same() {
    let counting = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&counting);
    let stage = Stage::with_adapters(
        |config| config.limits.per_administrator.0 = "off".parse().expect("a limit"),
        move |adapters| {
            let hasher = Arc::clone(&adapters.hasher);
            let hasher = Arc::new(Counting { hasher, done: AtomicUsize::new(0) });
            *kept.lock().expect("no panic") = Some(Arc::clone(&hasher));
            adapters.hasher = hasher;
        },
    )
    .await;
    let counting = counting.lock().expect("no panic").clone().expect("a hasher");
    stage.phone().register("alice_01", "hunter22").await.data();
    let _administrator = crate::support::Browser::of(&stage, AdministratorRole::Viewer).await;
    let work = async |name: &str| {
        let before = counting.done.load(Ordering::SeqCst);
        stage.phone().log_in(name, "wrong horse").await;
        counting.done.load(Ordering::SeqCst) - before
    };
    assert_eq!([work("alice_01").await, work("nobody_1").await], [1, 1]);
    let work = async |name: &str, password: &str| {
        let before = counting.done.load(Ordering::SeqCst);
        let fields = [("username", name), ("password", password)];
        let sent = TestClient::post("http://usher/admin/login").form(&fields).send(&stage.service).await;
        assert_eq!(sent.status_code.map(|status| status.as_u16()), Some(401), "{name}");
        counting.done.load(Ordering::SeqCst) - before
    };
    let wrong = "wrong horse";
    assert_eq!([work("viewer", wrong).await, work("nobody", wrong).await], [1, 1]);
    assert_eq!(work("nobody", ADMIN_PASSWORD).await, 1, "the right password of another account");
}
