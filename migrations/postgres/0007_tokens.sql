-- What people have given to clients: consents, and the families of refresh tokens.

CREATE TABLE consent (
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    organisation_id TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    PRIMARY KEY (person_id, client_id)
);

CREATE TABLE token_family (
    id TEXT COLLATE "C" PRIMARY KEY,               -- the authorization a person gave
    organisation_id TEXT COLLATE "C" NOT NULL,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    session_id TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    offline BOOLEAN NOT NULL, -- outlives the session
    nonce TEXT COLLATE "C",
    acr TEXT COLLATE "C" NOT NULL,
    amr TEXT COLLATE "C" NOT NULL,
    authenticated_at BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    generation BIGINT NOT NULL,       -- number of the newest refresh token
    current_hash BYTEA,                 -- its hash; null if none was ever issued
    previous_hash BYTEA,                -- its predecessor's, for an answer that got lost
    rotated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_reason TEXT COLLATE "C"
);
CREATE INDEX token_family_person ON token_family (person_id);
CREATE INDEX token_family_session ON token_family (session_id);
