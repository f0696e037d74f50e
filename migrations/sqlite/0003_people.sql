-- Organisations, people and service accounts, and what people prove themselves with.

CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    username TEXT NOT NULL UNIQUE,     -- folded
    name TEXT NOT NULL,                -- as shown
    given_name TEXT,
    family_name TEXT,
    email TEXT,
    email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
    locale TEXT,
    attributes TEXT NOT NULL,          -- JSON object: department, region, job_title, product_line, …
    status TEXT NOT NULL,
    epoch INTEGER NOT NULL,            -- rises when everything given out before must die
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (organisation_id, id)
) STRICT;

CREATE TABLE service_account (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    attributes TEXT NOT NULL,
    status TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, name)
) STRICT;

CREATE TABLE password (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,                -- PHC string, peppered
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE totp (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    last_step INTEGER,                 -- the newest time step used: none up to it is taken again
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX totp_person ON totp (person_id);

CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,                -- keyed hash
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (person_id, hash)
) STRICT;

CREATE TABLE failure_count (
    subject_id TEXT NOT NULL,          -- the account, not what was typed
    factor TEXT NOT NULL,
    failures INTEGER NOT NULL,         -- in a row
    last_at INTEGER NOT NULL,
    locked_until INTEGER,
    PRIMARY KEY (subject_id, factor)
) STRICT;
