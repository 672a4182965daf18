//! A slow request explains itself: each outbound call has a span.

use std::sync::{Arc, Mutex};

use tracing::span::{Attributes, Id};
use tracing::subscriber::{Subscriber, set_default};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use usher_sql::{SqlSessions, SqlUsers, SqlVisitorSignIn};

use super::House;
use crate::support::engines::sqlite;

/// The spans that were opened, with their fields, in their order.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(&'static str, usize)>>>);

impl<S: Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if span.metadata().target().starts_with("usher") {
            let opened = (span.metadata().name(), span.metadata().fields().len());
            self.0.lock().expect("no panic").push(opened);
        }
    }
}

#[tokio::test]
async fn each_outbound_call_of_an_upgrade_has_a_span_that_holds_no_data() {
    let (database, _directory) = sqlite().await;
    let house = House::with(|adapters| {
        adapters.users = Arc::new(SqlUsers::new(database.clone()));
        adapters.sessions = Arc::new(SqlSessions::new(database.clone()));
        adapters.visitor_sign_in = Some(Arc::new(SqlVisitorSignIn::new(database)));
    });
    house.visit(1).await.expect("a visitor");
    let spans = Spans::default();
    let listening = set_default(tracing_subscriber::registry().with(spans.clone()));
    house.upgrade(1, "upgraded").await.expect("an upgrade");
    drop(listening);
    let opened = spans.0.lock().expect("no panic").clone();
    let (names, fields): (Vec<_>, Vec<_>) = opened.into_iter().unzip();
    let expected = [
        "db.users.find_by_device",
        "db.users.find_by_username",
        "crypto.passwords.hash",
        "db.users.upgrade",
        "db.sessions.end_before",
        "db.sessions.start",
    ];
    assert_eq!(names, expected);
    assert!(fields.iter().all(|fields| *fields == 0), "{names:?} {fields:?}");
}
