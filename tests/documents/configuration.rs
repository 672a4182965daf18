//! `docs/configuration.md`, compared with `config/default.toml` and with the program.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use toml::{Table, Value};

use super::cells;
use crate::support::project_file;

/// A row of the page: a setting.
struct Row {
    key: String,
    variable: String,
    /// As the page has it.
    default: String,
    unit: String,
    meaning: String,
}

impl Row {
    fn parse(line: &str) -> Self {
        let [key, variable, default, unit, meaning]: [String; 5] =
            cells(line).try_into().unwrap_or_else(|_| panic!("not five cells: {line}"));
        let code = |cell: &str| cell.trim_matches('`').to_owned();
        Self { key: code(&key), variable: code(&variable), default, unit, meaning }
    }
}

/// The rows of all tables that have a column for the environment.
fn rows() -> Vec<Row> {
    let document = project_file("docs/configuration.md");
    let mut rows = Vec::new();
    let mut lines = document.lines();
    while lines.any(|line| line.starts_with("| key | environment |")) {
        rows.extend(lines.by_ref().skip(1).take_while(|line| line.starts_with('|')).map(Row::parse));
    }
    rows
}

/// Every setting below a table, under its whole name.
fn settings(table: &Table) -> BTreeMap<String, Value> {
    let mut settings = BTreeMap::new();
    for (name, value) in table {
        match value {
            Value::Table(section) => {
                settings.extend(settings_of(name, section));
            }
            value => _ = settings.insert(name.clone(), value.clone()),
        }
    }
    settings
}

fn settings_of(section: &str, table: &Table) -> BTreeMap<String, Value> {
    settings(table).into_iter().map(|(name, value)| (format!("{section}.{name}"), value)).collect()
}

fn defaults() -> BTreeMap<String, Value> {
    settings(&project_file("config/default.toml").parse().expect("TOML"))
}

/// A value as it is written into the environment.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A value as the page shows it.
fn shown(value: &Value) -> String {
    let text = text(value);
    if text.is_empty() { "empty".to_owned() } else { format!("`{text}`") }
}

#[test]
fn every_setting_has_one_row_with_its_variable_and_its_default() {
    let rows = rows();
    let documented: BTreeMap<&str, (&str, &str)> =
        rows.iter().map(|row| (&*row.key, (&*row.variable, &*row.default))).collect();
    assert_eq!(rows.len(), documented.len(), "a setting has two rows");
    let defaults: Vec<(String, String, String)> = defaults()
        .iter()
        .map(|(key, value)| {
            let variable = format!("USHER_{}", key.to_uppercase().replace('.', "__"));
            (key.clone(), variable, shown(value))
        })
        .collect();
    let expected: BTreeMap<&str, (&str, &str)> =
        defaults.iter().map(|(key, variable, default)| (&**key, (&**variable, &**default))).collect();
    let keys: BTreeSet<&str> = documented.keys().chain(expected.keys()).copied().collect();
    for key in keys {
        let (documented, expected) = (documented.get(key), expected.get(key));
        assert_eq!(documented, expected, "{key}: docs/configuration.md left, config/default.toml right");
    }
    for row in &rows {
        assert!(!row.unit.is_empty() && !row.meaning.is_empty(), "{} is not explained", row.key);
    }
}

/// What `usher config show` prints with these variables set.
fn effective(variables: &[(String, String)]) -> BTreeMap<String, Value> {
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USHER_")) {
        command.env_remove(name);
    }
    let variables = variables.iter().map(|(name, value)| (name, value));
    let output = command
        .args(["config", "show"])
        .current_dir(directory.path())
        .envs(variables)
        .output()
        .expect("usher");
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{error}");
    settings(&said.parse().expect("TOML"))
}

#[test]
fn the_program_knows_these_settings_and_variables_and_no_others() {
    let plain = effective(&[]);
    let rows = rows();
    let mut keys: Vec<&str> = rows.iter().map(|row| &*row.key).collect();
    keys.sort_unstable();
    assert!(plain.keys().eq(keys), "usher config show has {:?}", plain.keys());
    // An unknown variable would be refused, and another value than the default would show.
    let defaults = defaults();
    let set: Vec<(String, String)> =
        rows.iter().map(|row| (row.variable.clone(), text(&defaults[&row.key]))).collect();
    assert_eq!(effective(&set), plain);
}
