-- What people have given to clients: consents, and the families of refresh tokens.

CREATE TABLE consent (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    PRIMARY KEY (person_id, client_id)
) STRICT;

CREATE TABLE token_family (
    id TEXT PRIMARY KEY,               -- the authorization a person gave
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    offline INTEGER NOT NULL CHECK (offline IN (0, 1)), -- outlives the session
    nonce TEXT,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    generation INTEGER NOT NULL,       -- number of the newest refresh token
    current_hash BLOB,                 -- its hash; null if none was ever issued
    previous_hash BLOB,                -- its predecessor's, for an answer that got lost
    rotated_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT
) STRICT;
CREATE INDEX token_family_person ON token_family (person_id);
CREATE INDEX token_family_session ON token_family (session_id);
