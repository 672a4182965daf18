-- Accounts from one address, for administrators.
CREATE INDEX users_by_registered_from ON users (registered_from, id) WHERE registered_from IS NOT NULL;
