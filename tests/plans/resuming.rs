//! Many resumes at once cause no deadlock and no refusal.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use usher_domain::{ClientAddress, DeviceAttribute, DeviceAttributes, DeviceId, Role, Session, Timestamp};
use usher_ports::outbound::{SessionStore as _, StoreError, UserLookup as _, UserVisits as _};
use usher_sql::{Database, SqlSessions, SqlUsers};

use super::database::DatabaseFixture;
use super::fill::{NOW, device_id};

const CLIENTS: u32 = 64;
const DEVICES: u32 = 2_000;
const FOR: Duration = Duration::from_secs(3);

pub(super) async fn many_returning_devices_delay_no_other(place: DatabaseFixture) {
    place.open().await.close().await;
    place.fill().await;
    let database = place.open().await;
    let (came, begun) = (Arc::new(AtomicU32::new(0)), Instant::now());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (database, came) = (database.clone(), Arc::clone(&came));
            tokio::spawn(async move {
                // Neighbours, far apart, and the same device from two clients.
                let mut turn = client / 2 * 61;
                while begun.elapsed() < FOR {
                    come_back(&database, 2 * (turn % DEVICES) + 2, client).await?;
                    came.fetch_add(1, Ordering::Relaxed);
                    turn += 1 + client % 7;
                }
                Ok::<_, StoreError>(())
            })
        })
        .collect();
    for client in clients {
        client.await.expect("no panic").expect("no error");
    }
    let came = came.load(Ordering::Relaxed);
    assert!(came > CLIENTS, "only {came} came back");
}

/// What the use case asks of the stores.
async fn come_back(database: &Database, n: u32, client: u32) -> Result<(), StoreError> {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let (users, sessions) = (SqlUsers::new(database.clone()), SqlSessions::new(database.clone()));
    let device = DeviceId::parse(&device_id(n)).expect("a device id");
    let Some(user) = users.find_by_device(&device).await? else { panic!("nobody has device {n}") };
    let os = DeviceAttribute::from_store(format!("iOS {client}"));
    let attributes = DeviceAttributes { os: Some(os), ..DeviceAttributes::default() };
    let (from, at) = (ClientAddress::new([192, 0, 2, 1].into()), Timestamp::from_millis(NOW));
    users.record_visit(&device, &attributes, from, at).await?;
    let mut id = [7; 32];
    id[..4].copy_from_slice(&STARTED.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let session = Session {
        id: usher_domain::SessionId::from_store(id),
        user: user.id,
        role: Role::Visitor,
        epoch: user.epoch,
        started_at: at,
        seen_at: at,
        expires_at: at.plus(Duration::from_hours(1)),
        origin: None,
    };
    sessions.start(&session, NonZeroU32::MIN.saturating_add(1)).await?;
    Ok(())
}
