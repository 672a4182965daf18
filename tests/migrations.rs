//! The schemas of the engines.

use std::collections::BTreeSet;
use std::path::Path;

fn files(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let files = std::fs::read_dir(folder).expect("a folder of migrations");
    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_engine_has_the_same_migrations() {
    let sqlite = files("sqlite");
    assert!(!sqlite.is_empty());
    for engine in ["postgres", "mysql"] {
        assert_eq!(files(engine), sqlite, "{engine}");
    }
}
