//! First starts, several at once or cut off, and data directories as they are found.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::{Connection as _, Executor as _, SqliteConnection};

use super::client::signed;
use super::program::{Installation, Server, fails};

const DEVICE: &str = "8d1a344c-bf16-5425-adbc-d12f49cfa332";

fn begun(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program")
}

#[test]
fn of_four_first_starts_at_once_all_succeed() {
    for _ in 0..10 {
        let installation = Installation::new();
        let starts: Vec<Child> = (0..4).map(|_| begun(installation.command(&["migrate"]))).collect();
        for start in starts {
            let output = start.wait_with_output().expect("an end");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[tokio::test]
async fn servers_that_start_at_once_serve_side_by_side() {
    let installation = Installation::new();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let command = installation.command(&[]);
            std::thread::spawn(move || Server::start(command))
        })
        .collect();
    for start in starts {
        let server = start.join().expect("a server");
        assert_eq!(signed(&server.url, DEVICE, "visitorRegister", &[]).await.status, 200);
        installation.says(&["user", "disable", "1"]);
        installation.says(&["user", "enable", "1"]);
    }
}

#[tokio::test]
async fn first_starts_that_are_killed_leave_nothing_in_the_way() {
    for delay in (0..240).step_by(30) {
        let installation = Installation::new();
        let mut start = begun(installation.command(&[]));
        tokio::time::sleep(Duration::from_millis(delay)).await;
        start.kill().expect("killed");
        start.wait().expect("an end");
        let server = installation.serve();
        assert_eq!(signed(&server.url, DEVICE, "visitorRegister", &[]).await.status, 200);
    }
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[tokio::test]
async fn everything_in_the_data_directory_is_for_its_user_alone() {
    let installation = Installation::new();
    let data = installation.data();
    fs::create_dir(&data).expect("a directory");
    let open = installation.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 000; exec \"$0\""]).arg(open.get_program()).current_dir(installation.dir.path());
    for (name, value) in open.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    set(&data, 0o755);
    let server = Server::start(shell);
    signed(&server.url, DEVICE, "visitorRegister", &[]).await;
    assert!(server.log().contains("removed the permissions of other users"));
    let private = || {
        let files = fs::read_dir(&data).expect("a directory").map(|file| file.expect("a file").path());
        for path in files.chain([data.clone()]) {
            let mode = fs::metadata(&path).expect("a file").mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
        }
    };
    private();
    server.kill();
    // An installation of an older release, under the usual umask.
    for name in ["usher.db", "usher.db-wal", "usher.db-shm"] {
        set(&data.join(name), 0o644);
    }
    set(&data, 0o755);
    installation.says(&["user", "list"]);
    private();
}

#[test]
fn secrets_that_are_gone_cut_off_or_elsewhere_are_refused() {
    let installation = Installation::new();
    installation.says(&["migrate"]);
    let secrets = installation.data().join("secrets.toml");
    let kept = fs::read_to_string(&secrets).expect("secrets");

    fs::remove_file(&secrets).expect("gone");
    let gone = fails(&mut installation.command(&[]));
    assert!(gone.contains("secrets.toml is missing") && gone.contains("backup"), "{gone}");
    assert!(!secrets.exists());

    fs::write(&secrets, &kept[..kept.len() / 2]).expect("half of them");
    set(&secrets, 0o600);
    let half = fails(&mut installation.command(&[]));
    assert!(half.contains("not readable as what the first start wrote"), "{half}");

    fs::remove_file(&secrets).expect("gone");
    std::os::unix::fs::symlink("nowhere", &secrets).expect("a link");
    fails(&mut installation.command(&[]));
    assert!(fs::symlink_metadata(&secrets).expect("a link").is_symlink());
    let elsewhere = Installation::new();
    fs::create_dir(elsewhere.data()).expect("a directory");
    std::os::unix::fs::symlink("nowhere", elsewhere.data().join("secrets.toml")).expect("a link");
    fails(&mut elsewhere.command(&[]));
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_refused() {
    let installation = Installation::new();
    installation.says(&["migrate"]);
    let url = format!("sqlite://{}", installation.data().join("usher.db").display());
    let mut database = SqliteConnection::connect(&url).await.expect("a connection");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'newer', 1, x'00', 0)";
    database.execute(newer).await.expect("a row");
    database.close().await.expect("an end");
    let refused = fails(&mut installation.command(&[]));
    assert!(refused.contains("9999"), "{refused}");
}
