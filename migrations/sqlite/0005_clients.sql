-- OAuth clients: relying parties, integrations and resource servers.

CREATE TABLE client (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    jwks TEXT,                         -- public keys for private_key_jwt
    redirect_uris TEXT NOT NULL,       -- JSON list
    post_logout_redirect_uris TEXT NOT NULL,
    grant_types TEXT NOT NULL,         -- words with a space between
    scopes TEXT NOT NULL,              -- all that it may ever ask for
    application_id TEXT REFERENCES application (id), -- whose permissions its scopes are, and whose decisions it may ask
    service_account_id TEXT REFERENCES service_account (id), -- acts with these rights in client_credentials
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)), -- whether people of other organisations may sign in
    consent_required INTEGER NOT NULL CHECK (consent_required IN (0, 1)),
    signing_algorithm TEXT NOT NULL,   -- of its ID and access tokens
    claim_rules TEXT NOT NULL,         -- JSON: which claims from which source, in which token
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE client_secret (
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,                -- keyed hash of 256 bits of chance
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (client_id, hash)
) STRICT;
