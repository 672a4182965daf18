//! Whoever removes a row makes the engine look for rows that refer to it, in a statement of its own that nothing shows.

use super::database::{DatabaseFixture, Raw};

/// Foreign keys whose column begins no index, as `table.column`.
const SQLITE: &str = "
    SELECT t.name || '.' || f.\"from\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' AND f.seq = 0
    AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.pk = 1 AND c.name = f.\"from\")
    AND NOT EXISTS (
        SELECT 1 FROM pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE c.seqno = 0 AND c.name = f.\"from\" AND NOT i.partial
    )";

const POSTGRES: &str = "
    SELECT f.conrelid::regclass || '.' || a.attname FROM pg_constraint f
    JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
    WHERE f.contype = 'f'
    AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indkey[0] = f.conkey[1])";

const MYSQL: &str = "
    SELECT CONCAT(k.table_name, '.', k.column_name) FROM information_schema.key_column_usage k
    WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM information_schema.statistics s WHERE s.table_schema = k.table_schema
        AND s.table_name = k.table_name AND s.column_name = k.column_name AND s.seq_in_index = 1
    )";

pub(super) async fn every_foreign_key_has_an_index(place: DatabaseFixture) {
    place.open().await.close().await;
    let mut raw = place.connect().await;
    let sql = match &raw {
        Raw::Sqlite(_) => SQLITE,
        Raw::Postgres(_) => POSTGRES,
        Raw::MySql(_) => MYSQL,
    };
    assert_eq!(raw.texts(sql).await, Vec::<String>::new());
}
