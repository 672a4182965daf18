-- Substring search over the names of registered users, answered from an index for keywords of any length. pg_trgm is a
-- trusted extension: whoever owns the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX username_search ON users USING gin (username_key gin_trgm_ops) WHERE role = 'user';

-- One and two characters are no trigram.
CREATE FUNCTION username_grams(key TEXT) RETURNS TEXT[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT array_agg(DISTINCT substr(key, place, size))
        FROM generate_series(1, length(key)) AS place, generate_series(1, 2) AS size
    );

CREATE INDEX username_grams ON users USING gin (username_grams(username_key)) WHERE role = 'user';
