-- Opaque access tokens for the applications that want them, and what ends before its time: one token, or all of a client.

ALTER TABLE application ADD COLUMN token_format TEXT COLLATE "C" NOT NULL DEFAULT 'jwt';  -- jwt, opaque

CREATE TABLE opaque_token (
    hash BYTEA PRIMARY KEY,            -- SHA-256 of the token
    claims TEXT COLLATE "C" NOT NULL,              -- JSON: what a signed token would say
    expires_at BIGINT NOT NULL
);
CREATE INDEX opaque_token_expiry ON opaque_token (expires_at);

CREATE TABLE revoked_token (
    jti TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,       -- of the token; then nobody asks any more
    revoked_at BIGINT NOT NULL
);
CREATE INDEX revoked_token_expiry ON revoked_token (expires_at);

CREATE TABLE token_cutoff (
    client_id TEXT COLLATE "C" PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    cut_at BIGINT NOT NULL            -- what the client was given until then counts no more
);
