-- Secrets with dates; clients that register themselves.

ALTER TABLE client_secret ADD COLUMN sealed BYTEA;        -- the secret itself, sealed: only for client_secret_jwt, which needs it
ALTER TABLE client_secret ADD COLUMN last_used_at BIGINT; -- to the minute

-- Initial access tokens (RFC 7591 section 3).
CREATE TABLE registration_token (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    policy TEXT COLLATE "C" NOT NULL,              -- JSON: what its clients may be
    uses_left BIGINT,                 -- NULL: any number
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);

-- How a client came here by itself, and what changes it (RFC 7592).
CREATE TABLE client_registration (
    client_id TEXT COLLATE "C" PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,                -- of the registration access token
    policy TEXT COLLATE "C" NOT NULL,              -- the policy that it was registered by
    registration_token_id TEXT COLLATE "C",        -- by which initial access token; NULL: by none
    software_statement TEXT COLLATE "C", -- as it came; given back as it came
    created_at BIGINT NOT NULL
);

CREATE INDEX client_by_status ON client (status, organisation_id);
CREATE INDEX client_by_organisation ON client (organisation_id, id);
