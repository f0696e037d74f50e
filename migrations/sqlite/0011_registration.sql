-- Secrets with dates; clients that register themselves.

ALTER TABLE client_secret ADD COLUMN sealed BLOB;        -- the secret itself, sealed: only for client_secret_jwt, which needs it
ALTER TABLE client_secret ADD COLUMN last_used_at INTEGER; -- to the minute

-- Initial access tokens (RFC 7591 section 3).
CREATE TABLE registration_token (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    policy TEXT NOT NULL,              -- JSON: what its clients may be
    uses_left INTEGER,                 -- NULL: any number
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

-- How a client came here by itself, and what changes it (RFC 7592).
CREATE TABLE client_registration (
    client_id TEXT PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,                -- of the registration access token
    policy TEXT NOT NULL,              -- the policy that it was registered by
    registration_token_id TEXT,        -- by which initial access token; NULL: by none
    software_statement TEXT,                        -- as it came; given back as it came
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX client_by_status ON client (status, organisation_id);
CREATE INDEX client_by_organisation ON client (organisation_id, id);
