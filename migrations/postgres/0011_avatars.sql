-- Whether anybody has a picture.
CREATE INDEX users_by_avatar ON users (avatar) WHERE avatar <> '';
