-- Where a session was opened; sessions of older versions have none.
ALTER TABLE sessions
    ADD COLUMN address    VARCHAR(64),
    -- The first eight characters of the device's id and a digest of it; see DeviceTag.
    ADD COLUMN device_tag VARCHAR(32),
    ADD COLUMN platform   VARCHAR(50);
