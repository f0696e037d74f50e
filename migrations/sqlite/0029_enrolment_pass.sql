-- Passes with which people set the first factors of an account, or new ones in place of those that were lost.

CREATE TABLE enrolment_pass (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,             -- invitation, recovery
    reason TEXT NOT NULL,              -- of whoever has asked for it
    asked_by TEXT NOT NULL,            -- who that was
    token_hash BLOB UNIQUE,            -- none while a second administrator has to agree
    mailed INTEGER NOT NULL CHECK (mailed IN (0, 1)), -- whoever has it has read the person's mail
    strong INTEGER NOT NULL CHECK (strong IN (0, 1)), -- a second factor belongs to what is set
    browser BLOB,                      -- digest of the cookie of the browser that has begun to use it
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    begun_at INTEGER,
    ended_at INTEGER                   -- used up, or taken back
) STRICT;
CREATE INDEX enrolment_pass_person ON enrolment_pass (person_id);

-- Codes that prove a mail address: the newest of each person.
CREATE TABLE address_code (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    code_hash BLOB NOT NULL,           -- keyed hash
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
