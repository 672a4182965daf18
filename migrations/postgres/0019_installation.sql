-- Which installation this database is. The store of pictures carries the same id, so that another database does not
-- take its pictures for unused ones.
CREATE TABLE installation (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    uuid UUID NOT NULL
);
