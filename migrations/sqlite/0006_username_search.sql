-- Substring search over the names of registered users, answered from an index for keywords of any length.
--
-- Three characters and more are a phrase of trigrams. One and two are no trigram, so each name is indexed with two
-- characters (U+0001, in no name and no keyword) behind it: then every character and every pair in it begins some
-- trigram, and a range over the index's terms finds them.
CREATE VIRTUAL TABLE username_search USING fts5 (
    username_key, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);

CREATE VIRTUAL TABLE username_grams USING fts5vocab (username_search, instance);

CREATE TRIGGER users_search_insert AFTER INSERT ON users WHEN NEW.role = 'user' BEGIN
    INSERT INTO username_search (rowid, username_key) VALUES (NEW.id, NEW.username_key || char(1, 1));
END;

CREATE TRIGGER users_search_update AFTER UPDATE OF role, username_key ON users WHEN NEW.role = 'user' BEGIN
    DELETE FROM username_search WHERE rowid = OLD.id;
    INSERT INTO username_search (rowid, username_key) VALUES (NEW.id, NEW.username_key || char(1, 1));
END;

CREATE TRIGGER users_search_delete AFTER DELETE ON users WHEN OLD.role = 'user' BEGIN
    DELETE FROM username_search WHERE rowid = OLD.id;
END;
