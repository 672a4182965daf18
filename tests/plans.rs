//! No statement reads a whole table, on any engine: all statements that the laws make the adapters send are run on tables
//! of 10,000 rows, and refused if they read more rows than they return, times a small factor.

mod collect;
mod database;
mod explain;
mod fill;
mod keys;
mod meant;
mod resuming;

use std::collections::BTreeMap;

use collect::statements;
use database::DatabaseFixture;
use explain::PlanVerdict;

use crate::support::engines::{MARIADB, MYSQL, POSTGRES};

async fn no_statement_walks_a_table(place: DatabaseFixture) {
    let sent = statements(&place).await;
    assert!(sent.len() > 60, "the laws sent {} statements", sent.len());
    place.fill().await;
    let mut connection = place.connect().await;
    let mut refused = BTreeMap::new();
    for statement in sent.iter().filter(|statement| !meant::to_walk(&statement.sql)) {
        if let PlanVerdict::Walks(why) = explain::judge(&mut connection, statement).await {
            refused.insert(&statement.sql, why);
        }
    }
    let told: Vec<String> = refused.iter().map(|(sql, why)| format!("{sql:.600}\n    {why:.400}")).collect();
    assert!(told.is_empty(), "{} statements walk a table:\n{}", told.len(), told.join("\n"));
}

mod sqlite {
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_statement_walks_a_table() {
        super::no_statement_walks_a_table(super::DatabaseFixture::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn every_foreign_key_has_an_index() {
        super::keys::every_foreign_key_has_an_index(super::DatabaseFixture::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn many_returning_devices_delay_no_other() {
        super::resuming::many_returning_devices_delay_no_other(super::DatabaseFixture::sqlite()).await;
    }
}

macro_rules! on_servers {
    ($($engine:ident on $server:ident),+) => {
        $(mod $engine {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn no_statement_walks_a_table() {
                super::no_statement_walks_a_table(super::DatabaseFixture::on(&super::$server).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn every_foreign_key_has_an_index() {
                super::keys::every_foreign_key_has_an_index(super::DatabaseFixture::on(&super::$server).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn many_returning_devices_delay_no_other() {
                let place = super::DatabaseFixture::on(&super::$server).await;
                super::resuming::many_returning_devices_delay_no_other(place).await;
            }
        })+
    };
}

on_servers!(postgres on POSTGRES, mysql on MYSQL, mariadb on MARIADB);
