-- What there is, a line each, in words that all engines share.
WITH tables AS (
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name <> '_sqlx_migrations' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
)
SELECT 'column ' || tables.name || '.' || c.name || ': '
    || CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' ELSE c.type END
    || CASE WHEN c.hidden > 0 THEN ', generated' WHEN c."notnull" OR c.pk > 0 THEN '' ELSE ', optional' END
FROM tables JOIN pragma_table_xinfo(tables.name) AS c
UNION ALL
SELECT 'primary key of ' || tables.name || ': ' || group_concat(c.name, ', ' ORDER BY c.pk)
FROM tables JOIN pragma_table_xinfo(tables.name) AS c WHERE c.pk > 0 GROUP BY tables.name
UNION ALL
SELECT CASE i.origin WHEN 'u' THEN 'unique' ELSE 'index ' || i.name END || ' of ' || tables.name || ': '
    || group_concat(c.name, ', ' ORDER BY c.seqno)
FROM tables JOIN pragma_index_list(tables.name) AS i JOIN pragma_index_info(i.name) AS c
WHERE i.origin <> 'pk' GROUP BY tables.name, i.name
UNION ALL
SELECT 'reference ' || tables.name || '.' || f."from" || ': ' || f."table" || ', ' || lower(f.on_delete)
FROM tables JOIN pragma_foreign_key_list(tables.name) AS f
