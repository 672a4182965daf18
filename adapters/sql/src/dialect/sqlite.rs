//! An FTS5 table of trigrams, kept by triggers.

use sea_query::extension::sqlite::SqliteExpr as _;
use sea_query::{Expr, ExprTrait, Iden, Query, SelectStatement};
use usher_domain::Keyword;

use crate::iden::Users;

#[derive(Clone, Copy, Iden)]
enum UsernameSearch {
    Table,
    Rowid,
}

#[derive(Clone, Copy, Iden)]
enum UsernameGrams {
    Table,
    Term,
    Doc,
}

/// The search tables come first and `CROSS JOIN` keeps them there: the index is walked until the limit is reached.
pub(super) fn users_whose_key_contains(keyword: &Keyword) -> SelectStatement {
    if keyword.as_str().chars().count() < 3 { by_gram(keyword) } else { by_phrase(keyword) }
}

/// Three characters and more: a phrase of trigrams. Quoted, so that nothing in it is an operator.
fn by_phrase(keyword: &Keyword) -> SelectStatement {
    let phrase = format!("\"{}\"", keyword.as_str().replace('"', "\"\""));
    beside_users(UsernameSearch::Table, UsernameSearch::Rowid)
        .and_where(Expr::col(UsernameSearch::Table).matches(phrase))
        .take()
}

/// One or two characters: all trigrams that begin with them. A name can hold several, hence `DISTINCT`.
fn by_gram(keyword: &Keyword) -> SelectStatement {
    let first = keyword.as_str().to_owned();
    let last = format!("{first}{}", char::MAX);
    let term = || Expr::col((UsernameGrams::Table, UsernameGrams::Term));
    beside_users(UsernameGrams::Table, UsernameGrams::Doc)
        .distinct()
        .and_where(term().gte(first))
        .and_where(term().lte(last))
        .take()
}

/// sea-query leaves the condition of a cross join out, so it stands with the others.
fn beside_users<I: Iden + Copy + 'static>(index: I, id: I) -> SelectStatement {
    Query::select()
        .from(index)
        .cross_join(Users::Table)
        .and_where(Expr::col((Users::Table, Users::Id)).equals((index, id)))
        .take()
}
