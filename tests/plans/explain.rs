//! How many rows a statement reads, by the engine's own account.

use sea_query_sqlx::SqlxValues;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection, PgConnection, Row as _, SqliteConnection};

use super::collect::Statement;
use super::database::Raw;

pub(super) enum PlanVerdict {
    /// It reads about as much as it returns.
    Fine,
    /// It reads much more, and what.
    Walks(String),
}

/// How many rows may be read for each that is returned or written, and how many beside these.
const FACTOR: u64 = 5;
const ALLOWANCE: u64 = 250;

fn weigh(read: u64, returned: u64, plan: impl FnOnce() -> String) -> PlanVerdict {
    if read <= ALLOWANCE + FACTOR * returned {
        return PlanVerdict::Fine;
    }
    PlanVerdict::Walks(format!("reads {read} rows for {returned}: {}", plan()))
}

pub(super) async fn judge(on: &mut Raw, statement: &Statement) -> PlanVerdict {
    match on {
        Raw::Sqlite(on) => sqlite(on, statement).await,
        Raw::Postgres(on) => postgres(on, statement).await,
        Raw::MySql(on) => mysql(on, statement).await,
    }
}

fn values(statement: &Statement) -> SqlxValues {
    SqlxValues(statement.values.clone())
}

/// A row that cannot be written, because of one that is there or one that is not, reads nothing that counts.
fn was_refused(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation() || error.is_foreign_key_violation() || error.is_check_violation()
    })
}

/// What other parts of the statement have read already, and tables of one row.
const DERIVED: [&str; 5] = ["some_users", "page", "audit_head", "revocation_sync", "installation"];

/// It counts nothing, but says whether it goes through a table. Along an index up to a limit is how a page is read.
async fn sqlite(on: &mut SqliteConnection, statement: &Statement) -> PlanVerdict {
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    // Without the parameters: the adapter has SQLite plan without them, too.
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(on).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
    let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
    let is_a_page = statement.sql.contains("LIMIT") && !sorts;
    let walks = |step: &String| {
        step.starts_with("SCAN ")
            && !step.contains("VIRTUAL TABLE INDEX")
            && !step.contains("CONSTANT ROW")
            && !step.contains("VALUES CLAUSE")
            && !DERIVED.iter().any(|table| step.starts_with(&format!("SCAN {table}")))
            && !is_a_page
    };
    match steps.iter().find(|step| walks(step)) {
        Some(_) => PlanVerdict::Walks(steps.join("; ")),
        None => PlanVerdict::Fine,
    }
}

async fn postgres(on: &mut PgConnection, statement: &Statement) -> PlanVerdict {
    on.execute("BEGIN").await.expect("a transaction");
    let sql = format!("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {}", statement.sql);
    let explained = sqlx::query_with(AssertSqlSafe(sql), values(statement)).fetch_one(&mut *on).await;
    on.execute("ROLLBACK").await.expect("an end");
    let row = match explained {
        Ok(row) => row,
        Err(error) if was_refused(&error) => return PlanVerdict::Fine,
        Err(error) => panic!("{error}: {}", statement.sql),
    };
    let text: String = row.try_get_unchecked(0).expect("a plan");
    let plan: Value = serde_json::from_str(&text).expect("JSON");
    let plan = &plan[0]["Plan"];
    let (mut read, mut written) = (0, 0);
    count(plan, &mut read, &mut written);
    weigh(read, rows(plan, "Actual Rows").max(written), || plan.to_string())
}

fn rows(node: &Value, key: &str) -> u64 {
    // PostgreSQL 18 writes the mean of the loops with two decimals.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows, which are few")]
    let rows = node[key].as_f64().unwrap_or_default().ceil() as u64;
    rows
}

/// What the leaves read, and what is written of it.
fn count(node: &Value, read: &mut u64, written: &mut u64) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let inner = node["Plans"].as_array().map(Vec::as_slice).unwrap_or_default();
    if kind.ends_with("Scan") && node["Relation Name"].is_string() {
        let dropped = rows(node, "Rows Removed by Filter") + rows(node, "Rows Removed by Index Recheck");
        *read += (rows(node, "Actual Rows") + dropped) * rows(node, "Actual Loops");
    }
    if kind == "ModifyTable" {
        *written += inner.iter().map(|child| rows(child, "Actual Rows")).sum::<u64>();
    }
    for child in inner {
        count(child, read, written);
    }
}

/// The server counts the rows that its storage was asked for.
async fn mysql(on: &mut MySqlConnection, statement: &Statement) -> PlanVerdict {
    on.execute(sqlx::raw_sql("FLUSH STATUS")).await.expect("counters");
    on.execute(sqlx::raw_sql("BEGIN")).await.expect("a transaction");
    let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values(statement));
    let done = if statement.sql.starts_with("SELECT") {
        query.fetch_all(&mut *on).await.map(|rows| rows.len() as u64)
    } else {
        query.execute(&mut *on).await.map(|done| done.rows_affected())
    };
    let counters = sqlx::raw_sql("SHOW SESSION STATUS LIKE 'Handler_read%'").fetch_all(&mut *on).await;
    on.execute(sqlx::raw_sql("ROLLBACK")).await.expect("an end");
    let returned = match done {
        Ok(returned) => returned,
        Err(error) if was_refused(&error) => return PlanVerdict::Fine,
        Err(error) => panic!("{error}: {}", statement.sql),
    };
    let mut read = 0;
    let mut of = Vec::new();
    for row in counters.expect("counters") {
        let (name, number): (String, String) = (row.get(0), row.get(1));
        let number: u64 = number.parse().expect("a number");
        if number > 0 {
            read += number;
            of.push(format!("{name} {number}"));
        }
    }
    weigh(read, returned, || of.join(", "))
}
