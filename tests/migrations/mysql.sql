-- What there is, a line each, in words that all engines share. The table for the search for names is one of MySQL's own.
SELECT CONVERT(CONCAT('column ', c.table_name, '.', c.column_name, ': ',
    CASE
        WHEN c.data_type IN ('bigint', 'int', 'tinyint') THEN 'number'
        WHEN c.data_type IN ('varchar', 'text') THEN 'text'
        WHEN c.data_type IN ('binary', 'varbinary') THEN 'bytes'
        ELSE c.data_type
    END,
    CASE WHEN c.extra LIKE '% GENERATED' THEN ', generated' WHEN c.is_nullable = 'NO' THEN '' ELSE ', optional' END
) USING utf8mb4)
FROM information_schema.columns AS c
WHERE c.table_schema = DATABASE() AND c.table_name NOT IN ('_sqlx_migrations', 'username_suffixes')
UNION ALL
SELECT CONVERT(CONCAT(
    CASE
        WHEN i.index_name = 'PRIMARY' THEN 'primary key'
        WHEN i.non_unique = 0 THEN 'unique'
        ELSE CONCAT('index ', i.index_name)
    END, ' of ', i.table_name, ': ', GROUP_CONCAT(i.column_name ORDER BY i.seq_in_index SEPARATOR ', ')
) USING utf8mb4)
FROM information_schema.statistics AS i
WHERE i.table_schema = DATABASE() AND i.table_name NOT IN ('_sqlx_migrations', 'username_suffixes')
GROUP BY i.table_name, i.index_name, i.non_unique
UNION ALL
SELECT CONVERT(CONCAT('reference ', k.table_name, '.', k.column_name, ': ', k.referenced_table_name, ', ',
    LOWER(r.delete_rule)) USING utf8mb4)
FROM information_schema.key_column_usage AS k
JOIN information_schema.referential_constraints AS r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL AND k.table_name <> 'username_suffixes'
