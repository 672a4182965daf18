//! Two GIN indexes over the registered users: `pg_trgm` for three characters and more, arrays of the single characters
//! and pairs for fewer. Where a keyword is so common that reading the table from its start fills a page sooner, the
//! planner does that.

use sea_query::{Expr, Query, SelectStatement};
use usher_domain::Keyword;

use crate::iden::Users;

pub(super) fn users_whose_key_contains(keyword: &Keyword) -> SelectStatement {
    let few = keyword.as_str().chars().count() < 3;
    let contains = if few {
        Expr::cust_with_values(
            "username_grams(users.username_key) @> array_append('{}'::text[], $1)",
            [keyword.as_str()],
        )
    } else {
        Expr::cust_with_values("users.username_key LIKE $1", [pattern(keyword)])
    };
    Query::select()
        .from(Users::Table)
        .and_where(contains)
        // As a constant, because the indexes hold only these and a parameter could be anything.
        .and_where(Expr::cust("users.role = 'user'"))
        .take()
}

/// The keyword with nothing in it that `LIKE` would take for a wildcard.
fn pattern(keyword: &Keyword) -> String {
    let mut pattern = String::from("%");
    for character in keyword.as_str().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
