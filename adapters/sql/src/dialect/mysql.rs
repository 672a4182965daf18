//! A table of suffixes: a name that contains a keyword has a suffix that begins with it, so a range over an ordinary
//! index answers keywords of any length. `FULLTEXT` with the n-gram parser was slower by two orders of magnitude, finds
//! no single characters, and is not in `MariaDB`.

use sea_query::{DeleteStatement, Expr, ExprTrait, Iden, InsertStatement, Query, SelectStatement};
use usher_domain::{Keyword, UserId, UsernameKey};

use crate::iden::Users;

#[derive(Clone, Copy, Iden)]
enum UsernameSuffixes {
    Table,
    Suffix,
    UserId,
    Position,
}

/// A name that contains the keyword twice has two such suffixes; the one at its first occurrence counts.
pub(super) fn users_whose_key_contains(keyword: &Keyword) -> SelectStatement {
    let suffix = || Expr::col((UsernameSuffixes::Table, UsernameSuffixes::Suffix));
    let first = keyword.as_str().as_bytes().to_vec();
    // No UTF-8 begins with this byte, so it is behind everything that begins with the keyword.
    let end = [&first[..], &[0xff]].concat();
    Query::select()
        .from(UsernameSuffixes::Table)
        .inner_join(
            Users::Table,
            Expr::col((Users::Table, Users::Id)).equals((UsernameSuffixes::Table, UsernameSuffixes::UserId)),
        )
        .and_where(suffix().gte(first))
        .and_where(suffix().lt(end))
        .and_where(
            Expr::cust_with_values("INSTR(users.username_key, ?)", [keyword.as_str()])
                .eq(Expr::col((UsernameSuffixes::Table, UsernameSuffixes::Position))),
        )
        .take()
}

pub(super) fn forget_username(user: UserId) -> DeleteStatement {
    Query::delete()
        .from_table(UsernameSuffixes::Table)
        .and_where(Expr::col(UsernameSuffixes::UserId).eq(user.0))
        .take()
}

/// Each suffix, cut to the longest keyword there can be.
pub(super) fn index_username(user: UserId, key: &UsernameKey) -> InsertStatement {
    let mut insert = Query::insert()
        .into_table(UsernameSuffixes::Table)
        .columns([UsernameSuffixes::Suffix, UsernameSuffixes::UserId, UsernameSuffixes::Position])
        .take();
    for ((start, _), position) in key.as_str().char_indices().zip(1_i64..) {
        let suffix: String = key.as_str()[start..].chars().take(*Keyword::LENGTH.end()).collect();
        insert.values_panic([suffix.into_bytes().into(), user.0.into(), position.into()]);
    }
    insert
}
