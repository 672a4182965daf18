//! Second factors that an older release left bare in the database.

use std::path::Path;

use reqwest::Client;
use reqwest::redirect::Policy;
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};
use usher::system::SystemClock;
use usher_ports::outbound::Clock as _;

use super::program::{Installation, Server};

const SECRET: [u8; 20] = *b"a bare secret of ann";
const CODE: &str = "ab01-0203-0405-06cd";
const PASSWORD: &str = "correct horse";

async fn connect(installation: &Installation) -> SqliteConnection {
    let url = format!("sqlite://{}", installation.data().join("usher.db").display());
    SqliteConnection::connect(&url).await.expect("a connection")
}

/// As the release before left them: the secret as it is, a code as its SHA-256, and no key in `secrets.toml`.
async fn age(installation: &Installation) {
    let digest = Sha256::digest("ab010203040506cd");
    let mut database = connect(installation).await;
    let secret = sqlx::query("UPDATE administrators SET totp_secret = ?, totp_step = 1").bind(&SECRET[..]);
    secret.execute(&mut database).await.expect("a secret");
    let code = "INSERT INTO administrator_codes (administrator_id, digest) SELECT id, ? FROM administrators";
    sqlx::query(code).bind(&digest[..]).execute(&mut database).await.expect("a code");
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("a file");
    database.close().await.expect("an end");
    let file = installation.data().join("secrets.toml");
    let kept = std::fs::read_to_string(&file).expect("a file");
    let kept: Vec<&str> = kept.lines().filter(|line| !line.starts_with("encryption_key")).collect();
    let kept = kept.join("\n");
    std::fs::write(&file, kept).expect("a file");
    assert!(holds(&installation.data(), &SECRET) && holds(&installation.data(), &digest));
}

/// Whether any file of the installation has these bytes in it.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    files
        .filter(|path| path.is_file())
        .any(|path| std::fs::read(path).expect("a file").windows(bytes.len()).any(|part| part == bytes))
}

async fn log_in(server: &Server, code: &str) -> u16 {
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
    let fields = [("username", "ann"), ("password", PASSWORD), ("code", code)];
    let answer = client.post(format!("{}/admin/login", server.url)).form(&fields).send().await;
    answer.expect("an answer").status().as_u16()
}

fn code_of_the_app() -> String {
    let now = u64::try_from(SystemClock.now().as_millis() / 1_000).expect("a time");
    let secret = totp_rs::Secret::new_stack(SECRET);
    totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string()
}

#[tokio::test]
async fn what_lies_bare_is_encrypted_at_the_next_start_and_stays_good() {
    let installation = Installation::new();
    let made = installation.told(&["admin", "create", "ann", "--role", "owner"], &format!("{PASSWORD}\n"));
    assert!(made.status.success());
    for start in ["migrate", "serve"] {
        age(&installation).await;
        if start == "migrate" {
            installation.says(&["migrate"]);
        }
        let server = installation.serve();
        let digest = Sha256::digest("ab010203040506cd");
        assert!(!holds(&installation.data(), &SECRET), "{start}");
        assert!(!holds(&installation.data(), &digest), "{start}");
        let row =
            connect(&installation).await.fetch_one("SELECT length(totp_secret) FROM administrators").await;
        assert_eq!(row.expect("a row").get::<i64, _>(0), 1 + 4 + 12 + 20 + 16);
        assert_eq!(log_in(&server, "").await, 401);
        assert_eq!(log_in(&server, CODE).await, 303, "{start}");
        assert_eq!(log_in(&server, CODE).await, 401, "{start}");
        assert_eq!(log_in(&server, &code_of_the_app()).await, 303, "{start}");
        assert!(server.stop().0);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let kept = std::fs::metadata(installation.data().join("secrets.toml")).expect("a file");
        assert_eq!(kept.permissions().mode() & 0o777, 0o600);
    }
    // Without the key there is no way in but the machine.
    age(&installation).await;
    installation.serve().kill();
    let file = installation.data().join("secrets.toml");
    let kept = std::fs::read_to_string(&file).expect("a file");
    let other = kept.lines().map(|line| {
        let key = line.starts_with("encryption_key");
        if key { "encryption_key = \"00000000000000000000000000000000\"" } else { line }
    });
    std::fs::write(&file, other.collect::<Vec<_>>().join("\n")).expect("a file");
    let server = installation.serve();
    assert!(server.log_with("not configured").await.contains("second factors are under a key"));
    assert_eq!(log_in(&server, &code_of_the_app()).await, 401);
    assert_eq!(log_in(&server, CODE).await, 401);
    assert!(installation.told(&["admin", "reset", "ann"], &format!("{PASSWORD}\n")).status.success());
    assert_eq!(log_in(&server, "").await, 303);
}
