//! `docs/asvs.md` and `SECURITY.md`, compared with the standard, the tests, the settings and the files.

use std::collections::BTreeSet;
use std::path::Path;

use super::{cells, tests};
use crate::support::project_file;

/// The sections of ASVS 5.0.0 that have requirements of level 1 or 2, and how many. Within a section these come first:
/// 1.2 has 1.2.1 to 1.2.9, and 1.2.10 is of level 3. The chapters 10 and 17 have one row each, without numbers.
const SECTIONS: [(&str, u32); 67] = [
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10", 0),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17", 0),
];

/// A row of the table.
struct Row {
    section: String,
    /// `met`, `partly`, `not met` or `not applicable`.
    state: String,
    /// The requirements that are not met.
    open: Vec<String>,
    why: String,
    /// Tests, settings and files that show it.
    shown: Vec<String>,
}

impl Row {
    fn parse(line: &str) -> Self {
        let [name, state, why, shown]: [String; 4] = cells(line).try_into().expect("four cells");
        let section = name.split(' ').next().and_then(|id| id.strip_prefix('V')).expect("a section");
        let (state, open) = state.split_once(": ").unwrap_or((&state, ""));
        Self {
            section: section.to_owned(),
            state: state.to_owned(),
            open: open.split(", ").filter(|number| !number.is_empty()).map(str::to_owned).collect(),
            why,
            shown: quoted(&shown).map(str::to_owned).collect(),
        }
    }
}

fn rows() -> Vec<Row> {
    project_file("docs/asvs.md").lines().filter(|line| line.starts_with("| V")).map(Row::parse).collect()
}

/// What stands between backticks.
pub(super) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn defaults() -> toml::Table {
    project_file("config/default.toml").parse().expect("TOML")
}

fn is_section(name: &str) -> bool {
    defaults().get(name).is_some_and(toml::Value::is_table)
}

fn is_setting(name: &str) -> bool {
    let defaults = defaults();
    let setting = match name.split_once('.') {
        Some((section, key)) => defaults.get(section).and_then(|section| section.get(key)),
        None => defaults.get(name),
    };
    setting.is_some_and(|value| !value.is_table())
}

fn is_file(name: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name).is_file()
}

#[test]
fn every_section_has_one_row() {
    let rows = rows();
    let sections: Vec<&str> = rows.iter().map(|row| row.section.as_str()).collect();
    assert_eq!(sections, SECTIONS.map(|(section, _)| section));
    for (row, (section, count)) in rows.iter().zip(SECTIONS) {
        let known: BTreeSet<String> = (1..=count).map(|number| format!("{section}.{number}")).collect();
        let open: BTreeSet<String> = row.open.iter().cloned().collect();
        assert!(open.is_subset(&known) && open.len() == row.open.len(), "V{section} names {:?}", row.open);
        let fits = match row.state.as_str() {
            "met" | "not applicable" => open.is_empty(),
            // A requirement that is met in part is open.
            "partly" => !open.is_empty(),
            "not met" => open == known,
            _ => false,
        };
        assert!(fits, "V{section} is {:?} with {open:?}", row.state);
        assert!(!row.why.is_empty(), "V{section} does not say why");
        let needless = row.state == "not applicable" || row.state == "not met";
        assert!(needless || !row.shown.is_empty(), "V{section} names nothing that shows it");
    }
}

#[test]
fn the_counts_above_the_table_are_those_of_the_table() {
    let rows = rows();
    let in_state = |state: &str| rows.iter().filter(|row| row.state == state).count();
    let open: usize = rows.iter().map(|row| row.open.len()).sum();
    let all: u32 = SECTIONS.iter().map(|(_, count)| count).sum();
    let stated = format!(
        "{} sections are met, {} partly, {} not met, {} not applicable. {open} of {all} requirements are open.",
        in_state("met"),
        in_state("partly"),
        in_state("not met"),
        in_state("not applicable")
    );
    let document = project_file("docs/asvs.md").replace('\n', " ");
    assert!(document.contains(&stated), "docs/asvs.md does not say: {stated}");
}

#[test]
fn what_the_table_names_exists() {
    let tests = tests();
    for row in rows() {
        for name in &row.shown {
            let exists = tests.contains(name) || is_setting(name) || is_file(name);
            assert!(exists, "V{} names {name}: no test, no setting, no file", row.section);
        }
    }
}

#[test]
fn what_the_security_documents_name_exists() {
    let tests = tests();
    for document in ["SECURITY.md", "docs/asvs.md", "docs/security-design.md"] {
        let text = project_file(document);
        let folder = Path::new(document).parent().expect("a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().filter(|file| !file.is_empty() && !file.contains("://"));
            let exists = file.is_none_or(|file| is_file(folder.join(file).to_str().expect("a path")));
            assert!(exists, "{document} links to {target}");
        }
        for name in text.lines().flat_map(quoted) {
            let is_test = name.contains("::");
            assert!(!is_test || tests.contains(name), "{document} names {name}: no such test");
            let in_a_section = name.split_once('.').is_some_and(|(section, _)| is_section(section));
            let exists = !in_a_section || is_setting(name) || is_file(name);
            assert!(exists, "{document} names {name}: no such setting, no such file");
        }
    }
}
