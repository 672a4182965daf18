//! The laws of the outbound ports, as tests that any adapter can be put through.
//!
//! A group of laws is a module here and a macro of the same name: `users_contract!(sqlite, users_in_sqlite())` makes a
//! module `sqlite` with a test for each law in the group. The second argument is a future that yields what the laws
//! look at and something that is kept until the law is done (a temporary directory, or `()`). It is awaited anew for
//! each law, so every law starts with an empty backend of its own. The calling crate needs `tokio`.
//!
//! Time is handed in: a law never waits. It lies far ahead, so that an engine that lets things expire by its own clock
//! still holds them.

#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a law that is broken is a panic")]
#![expect(clippy::unused_async, reason = "all laws are called alike")]

pub mod access_bans;
pub mod administrators;
mod at_once;
pub mod audit;
pub mod avatars;
pub mod browsers;
pub mod bulk_jobs;
pub mod days;
pub mod events;
pub mod factor_cipher;
pub mod hasher;
pub mod ids;
pub mod imports;
pub mod installation;
pub mod limits;
pub mod one_time;
pub mod outbox;
mod people;
pub mod probes;
pub mod purging;
pub mod replay;
pub mod revoking;
pub mod sessions;
pub mod sign_in;
pub mod signatures;
pub mod statistics;
pub mod time;
pub mod tokens;
pub mod user_notes;
pub mod users;

use at_once::at_once;
pub use people::a_user;
use people::{
    NOW, UNKNOWN_USER, a_user_called, a_visitor, add_user, add_visitor, address, attribute, change_status,
    change_status_at, context, delete, done, hash, hash_of, later, new_device, new_name, new_user, new_uuid,
    new_visitor, now, number, set_password, set_status, upgrade_of, upgraded,
};

/// Makes a module of tests for one backend: what every group's macro does with its list of laws.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    // `users_contract!(in_turn, setup())` in a function: no tests, but all laws there, one after the other.
    (in_turn, $setup:expr, $group:ident, [$($law:ident),+ $(,)?]) => {{
        $(
            let (subject, guard) = $setup.await;
            Box::pin($crate::contract::$group::$law(&subject)).await;
            drop(guard);
        )+
    }};
    ($backend:ident, $setup:expr, $group:ident, [$($law:ident),+ $(,)?]) => {
        mod $backend {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $law() {
                    let (subject, guard) = $setup.await;
                    $crate::contract::$group::$law(&subject).await;
                    drop(guard);
                }
            )+
        }
    };
}

#[cfg(test)]
mod tests {
    /// The source of a group: the file with its list first, then the files with more of its laws.
    const GROUPS: &[&[&str]] = &[
        &[include_str!("contract/administrators.rs")],
        &[include_str!("contract/audit.rs")],
        &[include_str!("contract/avatars.rs")],
        &[include_str!("contract/browsers.rs")],
        &[
            include_str!("contract/bulk_jobs.rs"),
            include_str!("contract/bulk_jobs/controlling.rs"),
            include_str!("contract/bulk_jobs/going.rs"),
            include_str!("contract/bulk_jobs/undoing.rs"),
        ],
        &[include_str!("contract/days.rs")],
        &[include_str!("contract/factor_cipher.rs")],
        &[include_str!("contract/hasher.rs")],
        &[include_str!("contract/ids.rs")],
        &[include_str!("contract/imports.rs")],
        &[include_str!("contract/installation.rs")],
        &[include_str!("contract/limits.rs")],
        &[include_str!("contract/one_time.rs")],
        &[include_str!("contract/outbox.rs")],
        &[include_str!("contract/probes.rs")],
        &[include_str!("contract/purging.rs")],
        &[include_str!("contract/replay.rs")],
        &[include_str!("contract/revoking.rs")],
        &[
            include_str!("contract/sessions.rs"),
            include_str!("contract/sessions/ending.rs"),
            include_str!("contract/sessions/keeping.rs"),
            include_str!("contract/sessions/racing.rs"),
        ],
        &[include_str!("contract/sign_in.rs")],
        &[include_str!("contract/signatures.rs")],
        &[include_str!("contract/statistics.rs")],
        &[include_str!("contract/time.rs")],
        &[include_str!("contract/tokens.rs")],
        &[
            include_str!("contract/users.rs"),
            include_str!("contract/users/adding.rs"),
            include_str!("contract/users/changing.rs"),
            include_str!("contract/users/listing.rs"),
            include_str!("contract/users/passwords.rs"),
            include_str!("contract/users/racing.rs"),
            include_str!("contract/users/searching.rs"),
            include_str!("contract/users/status.rs"),
            include_str!("contract/users/upgrading.rs"),
            include_str!("contract/users/visits.rs"),
        ],
    ];

    #[test]
    fn every_law_that_is_written_is_listed() {
        for group in GROUPS {
            let (_, list) = group[0].split_once("contract_tests!").expect("a list");
            let listed: Vec<_> = list.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let laws = group.iter().flat_map(|source| source.split("\npub async fn ").skip(1));
            for law in laws.filter_map(|rest| rest.split('(').next()) {
                assert!(listed.contains(&law), "{law} is in no list");
            }
        }
    }
}
