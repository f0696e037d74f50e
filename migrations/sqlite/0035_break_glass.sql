-- Accounts for emergencies: marked here, each use of one kept until somebody has reviewed it.

ALTER TABLE person ADD COLUMN break_glass_at INTEGER;
ALTER TABLE person ADD COLUMN break_glass_reason TEXT;
CREATE INDEX person_break_glass ON person (organisation_id, username) WHERE break_glass_at IS NOT NULL;

CREATE TABLE break_glass_use (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    act TEXT NOT NULL,                 -- sign_in, pass, unmarked
    client_id TEXT,                    -- for which application, if for one
    address TEXT,
    used_at INTEGER NOT NULL,
    reviewed_at INTEGER,
    reviewed_by TEXT,                  -- who that was
    note TEXT
) STRICT;
CREATE INDEX break_glass_use_organisation ON break_glass_use (organisation_id, used_at);
