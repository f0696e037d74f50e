-- Signing keys, encrypted with the master key that is kept outside the database; and artefacts that can be used once.

CREATE TABLE signing_key (
    id TEXT COLLATE "C" PRIMARY KEY,               -- the kid
    algorithm TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,             -- token, checkpoint
    succeeds TEXT COLLATE "C" NOT NULL, -- the key before it, or nothing: each has one successor, so of two replicas one makes it
    sealed_private BYTEA NOT NULL,
    public_jwk TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,       -- published before, so that verifiers know it in time
    signs_until BIGINT NOT NULL,
    verifies_until BIGINT NOT NULL,
    revoked_at BIGINT,
    UNIQUE (purpose, algorithm, succeeds)
);

CREATE TABLE one_time_artefact (
    kind TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    subject_id TEXT COLLATE "C",
    client_id TEXT COLLATE "C",
    payload TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (kind, hash)
);
CREATE INDEX one_time_artefact_expiry ON one_time_artefact (expires_at);
