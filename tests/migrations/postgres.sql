-- What there is, a line each, in words that all engines share. The indexes for the search for names are no B-trees.
SELECT 'column ' || table_name || '.' || column_name || ': '
    || CASE
        WHEN data_type IN ('bigint', 'integer', 'boolean') THEN 'number'
        WHEN data_type IN ('bytea', 'uuid') THEN 'bytes'
        ELSE data_type
    END
    || CASE WHEN is_generated = 'ALWAYS' THEN ', generated' WHEN is_nullable = 'NO' THEN '' ELSE ', optional' END
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'
UNION ALL
SELECT CASE
        WHEN i.indisprimary THEN 'primary key'
        WHEN i.indisunique THEN 'unique'
        ELSE 'index ' || x.relname
    END || ' of ' || t.relname || ': ' || string_agg(a.attname, ', ' ORDER BY k.place)
FROM pg_index AS i
JOIN pg_class AS x ON x.oid = i.indexrelid
JOIN pg_am AS m ON m.oid = x.relam AND m.amname = 'btree'
JOIN pg_class AS t ON t.oid = i.indrelid AND t.relname <> '_sqlx_migrations'
JOIN pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = 'public'
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum
GROUP BY i.indexrelid, i.indisprimary, i.indisunique, x.relname, t.relname
UNION ALL
SELECT 'reference ' || c.conrelid::regclass || '.' || a.attname || ': ' || c.confrelid::regclass || ', '
    || CASE c.confdeltype WHEN 'c' THEN 'cascade' ELSE c.confdeltype::text END
FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
WHERE c.contype = 'f'
