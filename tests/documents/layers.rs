//! The layers of `docs/architecture.md` that the compiler cannot hold apart.

use std::path::{Path, PathBuf};

/// All Rust files in a folder of the project.
pub(super) fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

#[test]
fn no_file_is_longer_than_300_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["src", "ports", "adapters", "tests", "benches"];
    let sources: Vec<_> = folders.iter().flat_map(|folder| sources(&root.join(folder))).collect();
    assert!(sources.len() > 300, "{}", sources.len());
    let long: Vec<_> = sources
        .iter()
        .filter(|path| std::fs::read_to_string(path).expect("a file").lines().count() > 300)
        .collect();
    assert!(long.is_empty(), "split along their meaning: {long:?}");
}

#[test]
fn http_uses_no_outbound_port() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/http/src"));
    assert!(sources.len() > 20, "{sources:?}");
    for path in sources {
        let source = std::fs::read_to_string(&path).expect("a file");
        assert!(!source.contains("outbound"), "{} goes past the use cases", path.display());
    }
}

/// What a proof is made by, and the only files of production that may make it.
const PROOFS: [(&str, &[&str]); 3] = [
    // That a client's signature was checked.
    (".verified(", &["adapters/crypto/src/signatures.rs"]),
    // That the caller reads the installation's secrets, and so may do everything.
    ("SetUpCode::new(", &["src/secrets.rs"]),
    ("Administrator::with(", &["src/cli.rs"]),
];

/// A file without its unit tests.
fn production(path: &Path) -> String {
    let source = std::fs::read_to_string(path).expect("a file");
    source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

#[test]
fn proofs_are_made_where_they_are_checked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources: Vec<_> =
        ["src", "adapters", "ports/src"].iter().flat_map(|folder| sources(&root.join(folder))).collect();
    for (made, allowed) in PROOFS {
        let makers: Vec<&Path> = sources
            .iter()
            .filter(|path| production(path).contains(made))
            .map(|path| path.strip_prefix(root).expect("a path of the project"))
            .collect();
        assert_eq!(makers, allowed.iter().map(Path::new).collect::<Vec<_>>(), "{made}");
    }
}

#[test]
fn every_outbound_call_has_a_span() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters");
    let sources: Vec<_> =
        ["sql", "redis", "files"].iter().flat_map(|folder| sources(&root.join(folder).join("src"))).collect();
    let mut spans = 0;
    for path in sources {
        let source = production(&path);
        let ports =
            source.split("#[async_trait]\nimpl ").skip(1).filter_map(|rest| rest.split("\n}\n").next());
        for (before, call) in ports.flat_map(|port| port.lines().zip(port.lines().skip(1))) {
            if call.starts_with("    async fn ") {
                assert!(before.starts_with("    #[tracing::instrument("), "{}: {call}", path.display());
                spans += 1;
            }
        }
    }
    assert!(spans > 50, "{spans}");
}
