//! What the embedded database has acknowledged is in its files, whenever the power is cut.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};

use super::client::signed;
use super::program::{Installation, Server};

/// Copies of the files, taken at moments in which the process stands still, are what a power cut leaves when the disk has
/// all that it said it has. What came after that is garbage or not there.
#[tokio::test]
async fn what_was_answered_is_in_the_files_at_every_moment() {
    let installation = Installation::new();
    let mut command = installation.command(&[]);
    for limit in ["PER_ADDRESS", "PER_NETWORK", "PER_INSTALLATION"] {
        command.env(format!("USHER_LIMITS__{limit}"), "off");
    }
    let server = Server::start(command);
    let answered: Arc<Mutex<Vec<(String, i64)>>> = Arc::default();
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (url, answered) = (server.url.clone(), Arc::clone(&answered));
            tokio::spawn(async move {
                for number in 0.. {
                    let device = format!("{:08x}-bf16-5425-adbc-d12f49cfa332", client * 1_000_000 + number);
                    let answer = signed(&url, &device, "visitorRegister", &[]).await;
                    let id = answer.body["data"]["id"].as_i64().expect("an account");
                    answered.lock().expect("a ledger").push((device, id));
                }
            })
        })
        .collect();
    for moment in 0..12_u64 {
        tokio::time::sleep(Duration::from_millis(50 + 37 * (moment % 5))).await;
        let copy = tempfile::tempdir().expect("a directory");
        let before = answered.lock().expect("a ledger").clone();
        server.stand_still(|| {
            for name in ["usher.db", "usher.db-wal"] {
                fs::copy(installation.data().join(name), copy.path().join(name)).expect("a copy");
            }
        });
        let mut log = File::options().append(true).open(copy.path().join("usher.db-wal")).expect("the log");
        if moment % 2 == 1 {
            log.write_all(&[0xAA; 6_000]).expect("garbage");
        }
        let url = format!("sqlite://{}", copy.path().join("usher.db").display());
        let mut database = SqliteConnection::connect(&url).await.expect("a connection");
        let check: String = database.fetch_one("PRAGMA integrity_check").await.expect("a check").get(0);
        assert_eq!(check, "ok");
        let rows = database.fetch_all("SELECT id, user_id FROM devices").await.expect("devices");
        let kept: HashMap<String, i64> = rows.into_iter().map(|row| (row.get(0), row.get(1))).collect();
        for (device, id) in before {
            assert_eq!(kept.get(&device), Some(&id), "{device} was answered and is not there");
        }
    }
    for client in clients {
        client.abort();
    }
    assert!(answered.lock().expect("a ledger").len() > 50, "nearly nothing was under way");
}
