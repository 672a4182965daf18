//! Links between the documents: each leads to a file, and to a heading in it.

use std::path::{Path, PathBuf};

use crate::support::project_file;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Markdown files of the project, from its root.
fn documents() -> Vec<PathBuf> {
    let files = ["", "docs", "docs/decisions"].map(|folder| std::fs::read_dir(root().join(folder)));
    let files = files.into_iter().flat_map(|entries| entries.expect("a folder"));
    let files = files.map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The anchor that a heading gets, as Git hosts make it.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn has_heading(document: &Path, wanted: &str) -> bool {
    let text = std::fs::read_to_string(document).expect("a document");
    text.lines().any(|line| line.starts_with('#') && anchor(line) == wanted)
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let documents = documents();
    assert!(documents.len() > 25, "{documents:?}");
    for document in documents {
        let text = project_file(document.to_str().expect("a path"));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let folder = document.parent().expect("a folder");
            let linked = if file.is_empty() { document.clone() } else { folder.join(file) };
            assert!(linked.exists(), "{} links to {target}: no such file", document.display());
            let found = heading.is_empty() || has_heading(&linked, heading);
            assert!(found, "{} links to {target}: no such heading", document.display());
        }
    }
}
