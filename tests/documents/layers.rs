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
fn http_uses_no_outbound_port() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/http/src"));
    assert!(sources.len() > 20, "{sources:?}");
    for path in sources {
        let source = std::fs::read_to_string(&path).expect("a file");
        assert!(!source.contains("outbound"), "{} goes past the use cases", path.display());
    }
}
