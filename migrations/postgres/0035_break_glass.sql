-- Accounts for emergencies: marked here, each use of one kept until somebody has reviewed it.

ALTER TABLE person ADD COLUMN break_glass_at BIGINT;
ALTER TABLE person ADD COLUMN break_glass_reason TEXT COLLATE "C";
CREATE INDEX person_break_glass ON person (organisation_id, username) WHERE break_glass_at IS NOT NULL;

CREATE TABLE break_glass_use (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    act TEXT COLLATE "C" NOT NULL,                 -- sign_in, pass, unmarked
    client_id TEXT COLLATE "C",                    -- for which application, if for one
    address TEXT COLLATE "C",
    used_at BIGINT NOT NULL,
    reviewed_at BIGINT,
    reviewed_by TEXT COLLATE "C",                  -- who that was
    note TEXT COLLATE "C"
);
CREATE INDEX break_glass_use_organisation ON break_glass_use (organisation_id, used_at);
