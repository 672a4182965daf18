//! `docs/architecture.md` and `CONTRIBUTING.md`, compared with the tests, the folders and the types that they name.

use std::path::Path;

use super::asvs::quoted;
use super::layers::sources;
use super::{cells, tests};
use crate::support::project_file;

/// Words that tell a type from other text in capitals and small letters.
const KINDS: [&str; 4] = ["struct", "enum", "trait", "type"];

#[test]
fn every_invariant_names_tests_that_hold_it() {
    let document = project_file("docs/architecture.md");
    let table = document.lines().skip_while(|line| !line.starts_with("| invariant |")).skip(2);
    let rows: Vec<Vec<String>> = table.take_while(|line| line.starts_with('|')).map(cells).collect();
    assert!(rows.len() >= 10, "{rows:?}");
    let tests = tests();
    for row in rows {
        let named: Vec<&str> = row.last().into_iter().flat_map(|held| quoted(held)).collect();
        assert!(!named.is_empty(), "{} names no test", row[0]);
        for name in named {
            assert!(tests.contains(name), "{} names {name}: no such test", row[0]);
        }
    }
}

/// What a document says between backticks, without its blocks of code.
fn names(document: &str) -> Vec<String> {
    let text: String = project_file(document).split("```").step_by(2).collect();
    text.lines().flat_map(quoted).map(str::to_owned).collect()
}

/// `Name`, or `Name::Variant`, of which the type is looked for.
fn type_name(name: &str) -> Option<&str> {
    let name = name.split("::").next().unwrap_or_default();
    let is_type = name.starts_with(char::is_uppercase)
        && name.chars().any(char::is_lowercase)
        && name.chars().all(char::is_alphanumeric);
    is_type.then_some(name)
}

fn is_declared(name: &str, sources: &str) -> bool {
    KINDS.iter().any(|kind| {
        let declared = format!("{kind} {name}");
        let mut after = sources.match_indices(&declared).map(|(at, _)| &sources[at + declared.len()..]);
        after.any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
    })
}

#[test]
fn the_paths_and_types_that_are_named_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources: String = ["src", "ports/src", "adapters", "tests"]
        .iter()
        .flat_map(|folder| sources(&root.join(folder)))
        .map(|path| std::fs::read_to_string(path).expect("a file"))
        .collect();
    let mut checked = (0, 0);
    for document in ["docs/architecture.md", "CONTRIBUTING.md"] {
        for name in names(document) {
            let is_path = name.contains('/') && !name.contains([' ', '<', '{', ':', '*']);
            if is_path && !name.starts_with('/') {
                checked.0 += 1;
                assert!(root.join(&name).exists(), "{document} names {name}: no such path");
            }
            if let Some(name) = type_name(&name) {
                checked.1 += 1;
                assert!(is_declared(name, &sources), "{document} names {name}: no such type");
            }
        }
    }
    assert!(checked.0 > 20 && checked.1 > 10, "{checked:?}");
}
