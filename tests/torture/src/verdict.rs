//! Afterwards: everything the ledger promises is looked up, and nothing is there twice.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::actor::{World, search};
use crate::calls::Caller;
use crate::ledger::{Account, Role, Standing};
use crate::servers::Footprint;
use crate::{Outcome, calls, locked};

/// What a node may take more of at the end of the quiet part than at its beginning.
const MORE_FILES: usize = 64;
const MORE_KIB: u64 = 256 * 1024;

/// A row of `usher user list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    id: i64,
    role: String,
    state: String,
    name: String,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let id = words.next()?.parse().ok()?;
        let mut word = || words.next().map(str::to_owned);
        Some(Self { id, role: word()?, state: word()?, name: word()? })
    }
}

/// All users, as the command line lists them.
pub(crate) async fn rows(world: &World) -> Outcome<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let before = rows.last().map_or_else(|| i64::MAX.to_string(), |row| row.id.to_string());
        let command = world.site.command(&["user", "list", "--limit", "1000", "--before", &before]);
        let ran = calls::run(command, None, None).await?;
        if !ran.succeeded {
            world.book.violation(format!("usher user list: {}", ran.said.trim()));
            return Ok(rows);
        }
        let page: Vec<_> = ran.said.lines().filter_map(Row::parse).collect();
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}

/// Holds the list of all users against the ledger: what is missing, other than acknowledged, there twice, or there although
/// no actor asked for it.
pub(crate) fn compare(rows: &[Row], accounts: &[Account], unanswered: u64) -> Vec<String> {
    let mut violations = Vec::new();
    let mut names = HashSet::new();
    let mut ids: HashMap<i64, &Row> = HashMap::new();
    for row in rows {
        if ids.insert(row.id, row).is_some() || !names.insert(row.name.to_lowercase()) {
            violations.push(format!("there twice: {row:?}"));
        }
    }
    let mut promised = HashMap::new();
    for account in accounts {
        if let Some(other) = promised.insert(account.id, account) {
            violations
                .push(format!("{} and {} were both promised id {}", account.name, other.name, account.id));
        }
        match ids.get(&account.id) {
            None => violations.push(format!("acknowledged and not there: {account:?}")),
            Some(row) if !is_as_promised(row, account) => {
                violations.push(format!("{row:?} is not as acknowledged: {account:?}"));
            }
            Some(_) => {}
        }
    }
    let more = rows.iter().filter(|row| !promised.contains_key(&row.id)).count();
    if u64::try_from(more).unwrap_or(u64::MAX) > unanswered {
        violations.push(format!("{more} accounts that nobody was promised, of {unanswered} unanswered"));
    }
    violations
}

fn is_as_promised(row: &Row, account: &Account) -> bool {
    let role = match &account.role {
        Role::Visitor => row.role == "visitor" && row.name == account.name,
        Role::User => row.role == "user" && row.name == account.name,
        Role::Upgrading(name) => match row.role.as_str() {
            "visitor" => row.name == account.name,
            _ => row.name == *name,
        },
    };
    let standing = match account.standing {
        Standing::Enabled => row.state == "enabled",
        Standing::Disabled(_) => row.state == "disabled",
        Standing::Unknown => true,
    };
    role && standing
}

/// Tries every token that must not be served on every node.
pub(crate) async fn try_the_dead(world: &World) -> Outcome<()> {
    let caller = Caller::new()?;
    for token in world.dead.all() {
        for node in 0..world.site.nodes() {
            let call = search(&caller, &world.site, node, &token.text).await;
            world.note(&call);
            world.judge(&token, &call);
        }
    }
    Ok(())
}

/// Checks the chain of the audit log, and that it holds every acknowledged disable and new password.
pub(crate) async fn audit(world: &World) -> Outcome<()> {
    let ran = calls::run(world.site.command(&["audit", "verify"]), None, None).await?;
    let entries = ran.said.split_whitespace().next().and_then(|word| word.parse().ok());
    match entries.filter(|_| ran.succeeded) {
        Some(entries) => {
            let done = world.book.counts().disables();
            world.book.count(|counts| counts.audited = entries);
            if entries < done {
                world.book.violation(format!("{entries} entries of the audit log, and {done} disables"));
            }
        }
        None => world.book.violation(format!("usher audit verify: {}", ran.said.trim())),
    }
    Ok(())
}

/// Waits until all nodes say that they are ready.
pub(crate) async fn ready(world: &World) -> Outcome<()> {
    let caller = Caller::new()?;
    for node in 0..world.site.nodes() {
        let mut tries = 0_u32;
        loop {
            let call = caller.get(&world.site, node, "/readyz", "").await;
            if call.answer().is_some_and(|answer| answer.status == 200) {
                break;
            }
            tries += 1;
            if tries > 300 {
                world.book.violation(format!("node {node} is not ready after 30 s: {:?}", call.reply));
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

/// The largest that any node takes.
pub(crate) fn footprint(world: &World) -> Footprint {
    let taken = (0..world.site.nodes()).filter_map(|node| world.site.footprint(node));
    let nothing = Footprint { resident_kib: 0, files: 0 };
    taken.fold(nothing, |most, it| Footprint {
        resident_kib: most.resident_kib.max(it.resident_kib),
        files: most.files.max(it.files),
    })
}

pub(crate) fn leaks(before: Footprint, after: Footprint) -> Option<String> {
    let leak = after.files > before.files + MORE_FILES || after.resident_kib > before.resident_kib + MORE_KIB;
    leak.then(|| format!("a node grew from {before:?} to {after:?}"))
}

/// What nodes said of themselves.
pub(crate) fn last_words(world: &World) {
    for panic in world.site.panics() {
        world.book.violation(format!("a node panicked: {panic}"));
    }
    for node in (0..world.site.nodes()).filter(|node| world.site.ended(*node)) {
        world.book.violation(format!("node {node} ended by itself: {}", world.site.log(node)));
    }
}

/// How many creations had no answer in the end.
pub(crate) fn unanswered(world: &World) -> u64 {
    *locked(&world.orphans)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::time::Instant;

    use super::*;

    fn account(id: i64, name: &str, role: Role, standing: Standing) -> Account {
        Account {
            id,
            uuid: String::new(),
            name: name.to_owned(),
            device: None,
            role,
            standing,
            passwords: Vec::new(),
            tokens: Vec::new(),
            history: VecDeque::new(),
        }
    }

    fn listed(lines: &[&str]) -> Vec<Row> {
        lines.iter().filter_map(|line| Row::parse(line)).collect()
    }

    #[test]
    fn a_list_that_keeps_every_promise_is_right() {
        let rows = listed(&[
            "        ID  ROLE     STATE    USERNAME             LAST LOGIN",
            "         5  visitor  enabled  VIS_5                2026-11-24 17:00:00",
            "         4  user     enabled  u00_000004           ",
            "         3  visitor  enabled  VIS_3                ",
            "         2  user     disabled r00_000002           ",
            "         1  visitor  enabled  VIS_1                ",
        ]);
        assert_eq!(rows.len(), 5);
        let accounts = [
            account(1, "VIS_1", Role::Visitor, Standing::Enabled),
            account(2, "r00_000002", Role::User, Standing::Disabled(Instant::now())),
            account(3, "VIS_3", Role::Upgrading("u00_000003".to_owned()), Standing::Unknown),
            account(4, "VIS_4", Role::Upgrading("u00_000004".to_owned()), Standing::Enabled),
        ];
        assert_eq!(compare(&rows, &accounts, 1), Vec::<String>::new());
        assert_eq!(compare(&rows, &accounts, 0).len(), 1, "nobody was promised the fifth");
    }

    #[test]
    fn every_broken_promise_is_found() {
        let visitor = |standing| account(1, "VIS_1", Role::Visitor, standing);
        let user = account(1, "u00_000001", Role::User, Standing::Enabled);
        let disabled = Standing::Disabled(Instant::now());
        for (lines, account) in [
            (&[][..], visitor(Standing::Enabled)),
            (&["1 visitor enabled VIS_1"][..], visitor(disabled)),
            (&["1 visitor disabled VIS_1"][..], visitor(Standing::Enabled)),
            (&["1 visitor enabled VIS_2"][..], visitor(Standing::Enabled)),
            (&["1 visitor enabled VIS_1"][..], user.clone()),
            (&["2 user enabled u00_000001"][..], user.clone()),
            (&["1 user deleted u00_000001"][..], user),
        ] {
            let found = compare(&listed(lines), std::slice::from_ref(&account), 1);
            assert_eq!(found.len(), 1, "{lines:?}: {found:?}");
        }
        let twice = listed(&["1 user enabled u00_000001", "2 user enabled U00_000001"]);
        assert!(!compare(&twice, &[], 2).is_empty());
        let both = [visitor(Standing::Enabled), visitor(Standing::Enabled)];
        assert!(!compare(&listed(&["1 visitor enabled VIS_1"]), &both, 0).is_empty());
    }

    #[test]
    fn growth_is_found() {
        let small = Footprint { resident_kib: 30_000, files: 40 };
        assert_eq!(leaks(small, Footprint { resident_kib: 60_000, files: 50 }), None);
        assert!(leaks(small, Footprint { files: 400, ..small }).is_some());
        assert!(leaks(small, Footprint { resident_kib: 900_000, ..small }).is_some());
    }
}
