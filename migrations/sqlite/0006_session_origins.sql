-- Where a session was opened; sessions of older versions have none.
ALTER TABLE sessions ADD COLUMN address TEXT;
-- The first eight characters of the device's id and a digest of it; see DeviceTag.
ALTER TABLE sessions ADD COLUMN device_tag TEXT;
ALTER TABLE sessions ADD COLUMN platform TEXT;
