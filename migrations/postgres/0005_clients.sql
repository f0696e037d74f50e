-- OAuth clients: relying parties, integrations and resource servers.

CREATE TABLE client (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    auth_method TEXT COLLATE "C" NOT NULL,
    jwks TEXT COLLATE "C",                         -- public keys for private_key_jwt
    redirect_uris TEXT COLLATE "C" NOT NULL,       -- JSON list
    post_logout_redirect_uris TEXT COLLATE "C" NOT NULL,
    grant_types TEXT COLLATE "C" NOT NULL,         -- words with a space between
    scopes TEXT COLLATE "C" NOT NULL,              -- all that it may ever ask for
    application_id TEXT COLLATE "C" REFERENCES application (id), -- whose permissions its scopes are, and whose decisions it may ask
    service_account_id TEXT COLLATE "C" REFERENCES service_account (id), -- acts with these rights in client_credentials
    shared BOOLEAN NOT NULL, -- whether people of other organisations may sign in
    consent_required BOOLEAN NOT NULL,
    signing_algorithm TEXT COLLATE "C" NOT NULL,   -- of its ID and access tokens
    claim_rules TEXT COLLATE "C" NOT NULL,         -- JSON: which claims from which source, in which token
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE client_secret (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,                -- keyed hash of 256 bits of chance
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (client_id, hash)
);
