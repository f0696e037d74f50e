-- Passes with which people set the first factors of an account, or new ones in place of those that were lost.

CREATE TABLE enrolment_pass (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    purpose TEXT COLLATE "C" NOT NULL, -- invitation, recovery
    reason TEXT COLLATE "C" NOT NULL,  -- of whoever has asked for it
    asked_by TEXT COLLATE "C" NOT NULL, -- who that was
    token_hash BYTEA UNIQUE,           -- none while a second administrator has to agree
    mailed BOOLEAN NOT NULL,           -- whoever has it has read the person's mail
    strong BOOLEAN NOT NULL,           -- a second factor belongs to what is set
    browser BYTEA,                     -- digest of the cookie of the browser that has begun to use it
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    begun_at BIGINT,
    ended_at BIGINT                    -- used up, or taken back
);
CREATE INDEX enrolment_pass_person ON enrolment_pass (person_id);

-- Codes that prove a mail address: the newest of each person.
CREATE TABLE address_code (
    person_id TEXT COLLATE "C" PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    email TEXT COLLATE "C" NOT NULL,
    code_hash BYTEA NOT NULL,          -- keyed hash
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
