-- Browsers by which people have signed in, and accounts that are held.

CREATE TABLE device (
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    browser BYTEA NOT NULL,            -- digest of its cookie
    first_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, browser)
);
CREATE INDEX device_seen ON device (seen_at);

-- Since when nobody gets in, because the owner has said that somebody else did, or a recovery is under way.
ALTER TABLE person ADD COLUMN held_at BIGINT;
