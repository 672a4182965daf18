//! What the embedded database rests on breaks under a running server, and is mended: the real program on real files.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};

use super::client::{Reply, post, search, signed};
use super::program::{Installation, Server};

/// A server, the token of a user, and the devices that the server acknowledged.
struct House {
    server: Server,
    token: String,
    devices: u32,
    known: Vec<(String, serde_json::Value)>,
}

fn configured(installation: &Installation) -> Command {
    let mut command = installation.command(&[]);
    command.env("USHER_DATABASE__TIMEOUT", "1s");
    command
}

/// The command in a mount namespace of its own, after a script that mounts something there. What is mounted goes with the
/// process, and no other process sees it.
fn mounted(command: &Command, script: &str) -> Command {
    let mut unshare = Command::new("unshare");
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !root {
        unshare.arg("--map-root-user");
    }
    unshare.args(["--mount", "sh", "-ec", &format!("{script}\nexec \"$0\" \"$@\"")]);
    unshare.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => unshare.env(name, value),
            None => unshare.env_remove(name),
        };
    }
    unshare.current_dir(command.get_current_dir().expect("a directory"));
    let tried = Command::new("unshare")
        .args(if root { &["--mount"][..] } else { &["--map-root-user", "--mount"][..] })
        .args(["sh", "-c", "mount -t tmpfs none /mnt"])
        .output();
    assert!(
        tried.is_ok_and(|tried| tried.status.success()),
        "this test mounts a small file system: run it as root, or allow user namespaces \
         (sysctl kernel.unprivileged_userns_clone=1), with util-linux installed"
    );
    unshare
}

impl House {
    async fn of(command: Command) -> Self {
        let mut house =
            Self { server: Server::start(command), token: String::new(), devices: 0, known: Vec::new() };
        let fields = [("username", "alice_01"), ("password", "hunter22")];
        house.token = signed(&house.server.url, &device(0), "visitorregChat", &fields).await.token();
        assert_eq!(house.visit().await.status, 200);
        assert_eq!(house.ready().await, 200);
        house
    }

    fn files(&self, installation: &Installation) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.server.id(), installation.data().display()))
    }

    /// A device that was never seen before.
    async fn visit(&mut self) -> Reply {
        self.devices += 1;
        let device = device(self.devices);
        let answer = signed(&self.server.url, &device, "visitorRegister", &[]).await;
        match answer.status {
            200 => self.known.push((device, answer.body["data"]["id"].clone())),
            503 => {
                assert!(answer.retry_after.is_some() && answer.body["msg"] == "fail", "{answer:?}");
            }
            _ => panic!("neither served nor turned away: {answer:?}"),
        }
        answer
    }

    async fn ready(&self) -> u16 {
        reqwest::get(format!("{}/readyz", self.server.url)).await.expect("an answer").status().as_u16()
    }

    /// Writes are refused, each with a word when to come back, and reads are not.
    async fn cannot_write(&mut self) {
        for _ in 0..6 {
            assert_eq!(self.visit().await.status, 503);
        }
        let fields = [("username", "alice_01"), ("password", "hunter22")];
        let login = post(&self.server.url, "loginChat", &fields, &[]).await;
        assert_eq!((login.status, login.retry_after.is_some()), (503, true), "{login:?}");
        assert_eq!(search(&self.server.url, &self.token).await.status, 200);
        let begun = Instant::now();
        while self.ready().await != 503 {
            assert!(begun.elapsed() < Duration::from_secs(10), "it says that it is ready");
        }
    }

    /// Everything works again, by itself, and everyone who was accepted is still there.
    async fn is_well_again(&mut self, fault: &str) {
        let begun = Instant::now();
        while self.visit().await.status != 200 {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "writes do not come back: {}",
                self.server.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        while self.ready().await != 200 {
            assert!(begun.elapsed() < Duration::from_secs(30), "it is not ready: {}", self.server.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let log = self.server.log_with("the database works again").await;
        let said = log.matches(&format!("\"fault\":\"{fault}\"")).count();
        assert_eq!((said, log.matches("\"level\":\"ERROR\"").count()), (1, 1), "{log}");
        assert_eq!(log.matches("the database works again").count(), 1, "{log}");
        // That it is not ready is said once.
        assert!(log.matches("\"level\":\"WARN\"").count() <= 1, "{log}");
        for (device, id) in &self.known {
            let again = signed(&self.server.url, device, "visitorRegister", &[]).await;
            assert_eq!((again.status, &again.body["data"]["id"]), (200, id), "{device}");
        }
    }
}

fn device(number: u32) -> String {
    format!("{number:08x}-bf16-5425-adbc-d12f49cfa332")
}

/// Writes until nothing fits any more.
fn fill(file: &Path) {
    let mut file = File::create(file).expect("a file");
    for size in [65_536, 4_096, 1] {
        let piece = vec![1; size];
        while file.write_all(&piece).is_ok() {}
    }
}

#[tokio::test]
async fn a_full_disk_stops_writes_until_there_is_space() {
    let installation = Installation::new();
    fs::create_dir(installation.data()).expect("a directory");
    let script = "mount -t tmpfs -o size=8m,mode=0700 none \"$USHER_DATA_DIR\"";
    let mut house = House::of(mounted(&configured(&installation), script)).await;
    let filler = house.files(&installation).join("filler");
    fill(&filler);
    // There is some room in what the database has taken already.
    let begun = Instant::now();
    while house.visit().await.status == 200 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the disk is not full");
    }
    house.cannot_write().await;
    fs::remove_file(&filler).expect("space");
    house.is_well_again("the disk is full").await;
}

#[tokio::test]
async fn a_file_that_may_not_grow_is_an_error_of_the_write() {
    let installation = Installation::new();
    let mut house = House::of(configured(&installation)).await;
    let limit = |server: &Server, bytes: &str| {
        let (id, limit) = (server.id().to_string(), format!("--fsize={bytes}:unlimited"));
        let set = Command::new("prlimit").args(["--pid", &id, &limit]).status();
        assert!(set.expect("prlimit, of util-linux").success());
    };
    limit(&house.server, "4096");
    house.cannot_write().await;
    limit(&house.server, "unlimited");
    house.is_well_again("the disk answers with an I/O error").await;
}

#[tokio::test]
async fn a_read_only_file_is_read_and_is_written_when_it_may_be() {
    let installation = Installation::new();
    let mut house = House::of(configured(&installation)).await;
    let (token, known) = (house.token.clone(), house.known.clone());
    assert!(house.server.stop().0);
    let script = "cd \"$USHER_DATA_DIR\"; mount --bind usher.db usher.db; mount -o remount,bind,ro usher.db";
    house = House {
        server: Server::start(mounted(&configured(&installation), script)),
        token,
        known,
        devices: 100,
    };
    house.cannot_write().await;
    let file = installation.data().join("usher.db");
    let namespace = format!("--mount=/proc/{}/ns/mnt", house.server.id());
    let unmounted = Command::new("nsenter").arg(namespace).arg("umount").arg("-l").arg(file).status();
    assert!(unmounted.expect("nsenter, of util-linux").success());
    house.is_well_again("it is read-only").await;
}

#[tokio::test]
async fn a_lock_that_another_process_holds_is_waited_for_and_then_said() {
    let installation = Installation::new();
    let mut house = House::of(configured(&installation)).await;
    let mut other = open(&installation).await;
    other.execute("BEGIN IMMEDIATE").await.expect("the lock");
    house.cannot_write().await;
    other.execute("ROLLBACK").await.expect("an end");
    house.is_well_again("another process holds its lock").await;
}

#[tokio::test]
async fn nothing_is_acknowledged_into_a_file_that_is_gone() {
    for (name, replaced) in [("usher.db", false), ("usher.db", true), ("usher.db-wal", false)] {
        let installation = Installation::new();
        let mut house = House::of(configured(&installation)).await;
        let file = installation.data().join(name);
        let away = file.with_extension("away");
        fs::rename(&file, &away).expect("a new name");
        if replaced {
            fs::copy(&away, &file).expect("a copy");
        }
        house.cannot_write().await;
        fs::rename(&away, &file).expect("the old name");
        house.is_well_again("its file was moved, deleted or replaced while Usher runs").await;
    }
}

#[tokio::test]
async fn a_damaged_page_fails_what_needs_it_and_nothing_else() {
    let installation = Installation::new();
    let mut house = House::of(configured(&installation)).await;
    let token = house.token.clone();
    assert!(house.server.stop().0);
    let mut database = open(&installation).await;
    // The index of the public ids: only a new account needs it.
    let index = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_users_1'";
    let page = database.fetch_one(index).await;
    let page: i64 = page.expect("a table").get(0);
    database.close().await.expect("an end");
    let file = File::options().write(true).open(installation.data().join("usher.db")).expect("a file");
    let offset = (u64::try_from(page).expect("a page") - 1) * 4_096;
    file.write_all_at(&[0xAA; 4_096], offset).expect("written");

    house =
        House { server: Server::start(configured(&installation)), token, devices: 100, known: Vec::new() };
    for _ in 0..5 {
        assert_eq!(house.visit().await.status, 503);
    }
    assert_eq!(search(&house.server.url, &house.token).await.status, 200);
    assert_eq!(signed(&house.server.url, &device(1), "visitorRegister", &[]).await.status, 200);
    assert_eq!(house.ready().await, 200);
    let log = house.server.log();
    assert_eq!(log.matches("a page of its file is damaged").count(), 2, "{log}");
    assert_eq!(log.matches("\"level\":\"ERROR\"").count(), 1, "{log}");
}

async fn open(installation: &Installation) -> SqliteConnection {
    let url = format!("sqlite://{}", installation.data().join("usher.db").display());
    SqliteConnection::connect(&url).await.expect("a connection")
}
