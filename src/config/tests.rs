use figment::Jail;

use super::*;

#[test]
fn the_defaults_can_be_used() {
    Jail::expect_with(|_| {
        let config = Config::load(&Flags::default()).expect("the defaults");
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.limits.per_device.to_string(), "5/1h");
        Ok(())
    });
}

#[test]
fn the_environment_wins_over_the_file_and_flags_over_both() {
    Jail::expect_with(|jail| {
        jail.create_dir("config")?;
        jail.create_file(USUAL_FILE, "data_dir = 'file'\n[http]\nlisten = '127.0.0.1:1'\n")?;
        jail.set_env("USHER_HTTP__LISTEN", "127.0.0.1:2");
        let config = Config::load(&Flags::default()).expect("file and environment");
        assert_eq!((config.data_dir, config.http.listen.port()), ("file".into(), 2));
        let flags = Flags { data_dir: Some("flag".into()), ..Flags::default() };
        assert_eq!(Config::load(&flags).expect("flags").data_dir, PathBuf::from("flag"));
        Ok(())
    });
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    Jail::expect_with(|jail| {
        jail.set_env("USHER_HTTP__LISTN", "127.0.0.1:2");
        let error = Config::load(&Flags::default()).expect_err("a misspelt key");
        assert!(error.to_string().contains("listn"), "{error}");
        Ok(())
    });
    Jail::expect_with(|jail| {
        jail.create_file("other.toml", "[session]\nidle = '1d'\n")?;
        let flags = Flags { file: Some("other.toml".into()), ..Flags::default() };
        assert!(Config::load(&flags).is_err());
        Ok(())
    });
}

#[test]
fn the_fixed_names_are_understood() {
    Jail::expect_with(|jail| {
        jail.set_env("USHER_DATA_DIR", "/tmp/x");
        jail.set_env("USHER_SIGNING__SALTS", r#"["45ncashdaksh2!#@3nxjdas*_259", "12345678"]"#);
        jail.set_env("USHER_LIMITS__PER_DEVICE", "off");
        jail.set_env("USHER_LIMITS__PER_DEVICE_RESUME", "100/1m");
        jail.set_env("USHER_LIMITS__PER_ADDRESS", "7/1s");
        jail.set_env("USHER_LIMITS__PER_USERNAME", "3/1h");
        jail.set_env("USHER_TOKENS__KEY", "01234567890123456789012345678901");
        let config = Config::load(&Flags::default()).expect("the fixed names");
        let salts: Vec<_> = config.signing.salts.iter().map(Secret::expose).collect();
        assert_eq!(salts, ["45ncashdaksh2!#@3nxjdas*_259", "12345678"]);
        assert_eq!(config.limits.per_device.to_string(), "off");
        assert_eq!(config.limits.per_address.to_string(), "7/1s");
        assert_eq!(config.tokens.key.expose(), "01234567890123456789012345678901");
        Ok(())
    });
}

#[test]
fn the_published_salt_is_for_loopback_only() {
    Jail::expect_with(|jail| {
        jail.set_env("USHER_SIGNING__SALTS", "45ncashdaksh2!#@3nxjdas*_259");
        assert!(Config::load(&Flags::default()).is_ok());
        jail.set_env("USHER_HTTP__LISTEN", "0.0.0.0:8080");
        assert!(Config::load(&Flags::default()).is_err());
        jail.set_env("USHER_SIGNING__ACCEPT_PUBLISHED_SALT", "true");
        assert!(Config::load(&Flags::default()).is_ok());
        Ok(())
    });
}

#[test]
fn secrets_are_never_printed() {
    Jail::expect_with(|jail| {
        jail.set_env("USHER_TOKENS__KEY", "a-very-secret-key-of-enough-characters");
        jail.set_env("USHER_SIGNING__SALTS", "a-secret-salt");
        let config = Config::load(&Flags::default()).expect("secrets");
        let printed = format!("{config:?} {}", toml::to_string(&config).expect("printable"));
        assert!(!printed.contains("very-secret") && !printed.contains("secret-salt"), "{printed}");
        Ok(())
    });
}

#[test]
fn the_example_for_production_can_be_used() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config/production.example.toml");
    Jail::expect_with(|jail| {
        let flags = Flags { file: Some(example.into()), ..Flags::default() };
        Config::load(&flags).expect("on one machine");
        jail.set_env("USHER_DATABASE__URL", "postgres://user:password@host/name");
        jail.set_env("USHER_REDIS__URL", "rediss://user:password@host:6379");
        assert!(Config::load(&flags).is_err(), "without the secrets that nodes share");
        jail.set_env("USHER_TOKENS__KEY", "0123456789abcdef0123456789abcdef");
        jail.set_env("USHER_SIGNING__SALTS", "a salt of our own");
        Config::load(&flags).expect("on many nodes");
        Ok(())
    });
}
