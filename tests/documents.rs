//! What the documents state, held against what there is.

mod architecture;
mod asvs;
mod configuration;
mod layers;
mod links;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::support::project_file;

/// The columns of the table: what it calls them, and what the tests do.
const ENGINES: [(&str, &str); 8] = [
    ("in memory", "memory"),
    ("SQLite", "sqlite"),
    ("PostgreSQL", "postgres"),
    ("MySQL", "mysql"),
    ("MariaDB", "mariadb"),
    ("Redis", "redis"),
    ("Redis Cluster", "redis_cluster"),
    ("Valkey", "valkey"),
];

/// The names of all integration tests.
fn tests() -> BTreeSet<String> {
    let myself = std::env::current_exe().expect("a program");
    let listed = Command::new(myself).args(["--list", "--format=terse"]).output().expect("a list");
    let listed = String::from_utf8(listed.stdout).expect("text");
    listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// The cells of a row of a table.
fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// How many laws of each group each engine is held to.
fn laws() -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut laws: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for name in tests() {
        let mut path = name.split("::");
        if let (Some("contracts"), Some(group), Some(engine), Some(_)) =
            (path.next(), path.next(), path.next(), path.next())
            && ENGINES.iter().any(|(_, name)| *name == engine)
        {
            *laws.entry(group.to_owned()).or_default().entry(engine.to_owned()).or_default() += 1;
        }
    }
    laws
}

#[test]
fn every_law_group_names_its_engines() {
    let document = project_file("docs/operations.md");
    let mut lines = document.lines().skip_while(|line| !line.starts_with("| laws |"));
    let head = cells(lines.next().expect("a table of the laws"));
    assert_eq!(head[1..], ENGINES.map(|(title, _)| title.to_owned()));
    let rows: BTreeMap<String, Vec<String>> = lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = cells(line);
            (cells[0].clone(), cells[1..].to_vec())
        })
        .collect();
    let laws = laws();
    assert!(laws.len() >= 8, "{laws:?}");
    assert!(rows.keys().eq(laws.keys()), "the table has {:?}, the tests {:?}", rows.keys(), laws.keys());
    for (group, held) in laws {
        let row = &rows[&group];
        assert_eq!(row.len(), ENGINES.len(), "{group}");
        for ((title, engine), cell) in ENGINES.iter().zip(row) {
            match held.get(*engine) {
                Some(count) => assert_eq!(*cell, count.to_string(), "{group} on {title}"),
                // Why an engine is not held to them is said instead.
                None => assert!(cell.chars().any(char::is_alphabetic), "{group} on {title}: {cell:?}"),
            }
        }
    }
}
