use super::*;
use crate::config::Flags;

#[test]
fn that_are_configured_need_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let flags = Flags { data_dir: Some(dir.path().join("none")), ..Flags::default() };
    let mut config = Config::load(&flags).unwrap();
    config.signing.salts = vec![Secret::new("a salt".to_owned())];
    config.tokens.key = Secret::new("a key".to_owned());
    let secrets = Secrets::load(&config).unwrap();
    assert_eq!((secrets.salts[0].expose(), secrets.token_key.expose()), ("a salt", "a key"));
    assert!(!config.data_dir.exists());
    config.tokens.key = Secret::new(String::new());
    assert_eq!(Secrets::load(&config).unwrap().token_key.expose().len(), 64);
}

#[test]
fn are_made_once_and_kept_private() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("new/data");
    make_private(&data).unwrap();
    let first = kept(&data).unwrap();
    let second = kept(&data).unwrap();
    assert_eq!((first.salt, &first.token_key), (second.salt, &second.token_key));
    assert_eq!(first.token_key.len(), 64);
}

#[test]
fn the_key_of_second_factors_is_configured_kept_or_derived() {
    let dir = tempfile::tempdir().unwrap();
    let flags = Flags { data_dir: Some(dir.path().to_owned()), ..Flags::default() };
    let mut config = Config::load(&flags).unwrap();
    let all = |config: &Config| {
        let secrets = Secrets::load(config).unwrap();
        let older = secrets.older_factor_keys.iter().map(|key| key.expose().to_owned());
        std::iter::once(secrets.factor_key.expose().to_owned()).chain(older).collect::<Vec<_>>()
    };
    // Derived, where everything else is configured.
    config.signing.salts = vec![Secret::new("a salt".to_owned())];
    config.tokens.key = Secret::new("a token key".to_owned());
    config.tokens.previous_key = Secret::new("an older token key".to_owned());
    assert_eq!(all(&config), ["a token key", "an older token key"]);
    // Kept, and what is under another one stays readable.
    fs::write(dir.path().join(FILE), "salt = \"s\"\ntoken_key = \"t\"\n").unwrap();
    #[cfg(unix)]
    fs::set_permissions(dir.path().join(FILE), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let completed = all(&config);
    assert_eq!(
        (completed[0].len(), &completed[1..]),
        (64, &all_of(["a token key", "an older token key"])[..])
    );
    assert_eq!(all(&config), completed, "it is made once");
    let kept = kept(dir.path()).unwrap();
    assert_eq!((kept.salt.as_str(), kept.token_key.as_str()), ("s", "t"));
    // Configured.
    config.admin.encryption_key = Secret::new("configured".to_owned());
    assert_eq!(all(&config)[..2], ["configured".to_owned(), completed[0].clone()]);
}

fn all_of(keys: [&str; 2]) -> Vec<String> {
    keys.map(str::to_owned).into()
}

#[test]
fn of_several_that_complete_the_file_one_decides() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    fs::write(&path, "salt = \"s\"\ntoken_key = \"t\"\n").unwrap();
    let keys: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| complete(dir.path(), &path).unwrap().encryption_key)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 64), "{keys:?}");
}

#[test]
fn that_are_gone_are_not_made_anew_beside_a_database() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("usher.db"), "").unwrap();
    let Err(refused) = kept(dir.path()) else { panic!("it made new ones") };
    assert!(matches!(refused, SecretsError::Missing(_)) && refused.to_string().contains("backup"));
    assert!(!dir.path().join(FILE).exists());
}

#[cfg(unix)]
#[test]
fn are_refused_where_others_can_read_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    kept(dir.path()).unwrap();
    let file = dir.path().join(FILE);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(kept(dir.path()), Err(SecretsError::Exposed(_))));
}

#[test]
fn of_two_first_starts_one_decides() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    make(dir.path(), &path).unwrap();
    let before = fs::read_to_string(&path).unwrap();
    make(dir.path(), &path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}
