//! Conditions as the engines' indexes want them.

use sea_query::{Expr, LikeExpr, Value};

/// A value that is written into the statement. A partial index is used where the statement says what the index holds, and
/// a parameter could be anything.
pub(crate) fn constant(value: impl Into<Value>) -> Expr {
    Expr::Constant(value.into())
}

/// What a text is like that contains this one, with nothing in it that `LIKE` would take for a wildcard.
pub(crate) fn containing(text: &str) -> LikeExpr {
    const ESCAPE: char = '!';
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape(ESCAPE)
}

#[cfg(test)]
mod tests {
    use sea_query::{ExprTrait as _, PostgresQueryBuilder, Query};

    use super::*;
    use crate::iden::Users;

    #[test]
    fn wildcards_are_characters_and_constants_are_written() {
        let statement = Query::select()
            .column(Users::Id)
            .from(Users::Table)
            .and_where(Expr::col(Users::Username).like(containing("50%_!")))
            .and_where(Expr::col(Users::Status).ne(constant(1)))
            .and_where(Expr::col(Users::Avatar).ne(constant("")))
            .take();
        let (sql, values) = statement.build(PostgresQueryBuilder);
        assert!(sql.ends_with(r#"LIKE $1 ESCAPE '!' AND "status" <> 1 AND "avatar" <> ''"#), "{sql}");
        assert_eq!(values.0, [Value::from("%50!%!_!!%")]);
    }
}
