//! Sessions that are kept beside the accounts.

use super::*;
use std::num::NonZeroU32;
use usher_domain::{AuditContext, Epoch, Role, Session, SessionSecret, Status, Timestamp, UserChange};
use usher_ports::contract::a_user;
use usher_ports::outbound::{SessionStore, UserRepository};
use usher_sql::{Database, SqlSessions, SqlUsers};

/// Whatever becomes of the ending that is to follow: a failed node, a slow one, a full disk.
async fn a_change_of_the_account_ends_them_in_the_same_commit(database: Database, change: UserChange) {
    let users: std::sync::Arc<dyn UserRepository> = std::sync::Arc::new(SqlUsers::new(database.clone()));
    let sessions = SqlSessions::new(database);
    let user = a_user(&users).await;
    let now = Timestamp::from_millis(1);
    let session = Session {
        id: SessionSecret::new([7; 32]).id(),
        user: user.id,
        role: Role::Visitor,
        epoch: Epoch(0),
        started_at: now,
        seen_at: now,
        expires_at: Timestamp::from_millis(i64::MAX / 2),
        origin: None,
    };
    sessions.start(&session, NonZeroU32::MIN).await.expect("a start");
    assert_eq!(sessions.find(user.id, session.id).await.expect("an answer"), Some(session.clone()));
    let context = AuditContext::due(now);
    users.change(user.id, &change, None, &context).await.expect("a change");
    assert_eq!(sessions.find(user.id, session.id).await.expect("an answer"), None);
    assert_eq!(sessions.list(user.id).await.expect("an answer").len(), 1);
}

macro_rules! ended {
    ($($backend:ident: $setup:expr),+ $(,)?) => {
        $(mod $backend {
            use super::*;

            #[tokio::test]
            async fn disabling_ends_them_in_the_same_commit() {
                let (database, guard) = $setup.await;
                let off = UserChange::status(Status::Disabled);
                a_change_of_the_account_ends_them_in_the_same_commit(database, off).await;
                drop(guard);
            }

            #[tokio::test]
            async fn deleting_ends_them_in_the_same_commit() {
                let (database, guard) = $setup.await;
                a_change_of_the_account_ends_them_in_the_same_commit(database, UserChange::Delete).await;
                drop(guard);
            }
        })+
    };
}

ended!(
    sqlite: sqlite(),
    postgres: sql_on(&POSTGRES),
    mysql: sql_on(&MYSQL),
    mariadb: sql_on(&MARIADB),
);
