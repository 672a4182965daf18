//! Users that are listed without the index, as if every substring were common.

use super::*;
use usher_ports::contract::users::{
    lists_by_a_substring_of_the_name, lists_by_platform, lists_by_what_else_is_known,
};

macro_rules! listed {
    ($($backend:ident: $setup:expr),+ $(,)?) => {
        $(mod $backend {
            use super::*;

            #[tokio::test]
            async fn lists_by_a_substring_of_the_name_without_the_index() {
                let (users, guard) = $setup.await;
                lists_by_a_substring_of_the_name(&users).await;
                drop(guard);
            }

            #[tokio::test]
            async fn lists_by_what_else_is_known_without_the_index() {
                let (users, guard) = $setup.await;
                lists_by_what_else_is_known(&users).await;
                drop(guard);
            }

            #[tokio::test]
            async fn lists_by_platform_without_the_index() {
                let (users, guard) = $setup.await;
                lists_by_platform(&users).await;
                drop(guard);
            }
        })+
    };
}

listed!(
    sqlite: common_names_in_sqlite(),
    postgres: common_names_on(&POSTGRES),
    mysql: common_names_on(&MYSQL),
    mariadb: common_names_on(&MARIADB),
);
