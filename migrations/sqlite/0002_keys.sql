-- Signing keys, encrypted with the master key that is kept outside the database; and artefacts that can be used once.

CREATE TABLE signing_key (
    id TEXT PRIMARY KEY,               -- the kid
    algorithm TEXT NOT NULL,
    purpose TEXT NOT NULL,             -- token, checkpoint
    succeeds TEXT NOT NULL,            -- the key before it, or nothing: each has one successor, so of two replicas one makes it
    sealed_private BLOB NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    signs_from INTEGER NOT NULL,       -- published before, so that verifiers know it in time
    signs_until INTEGER NOT NULL,
    verifies_until INTEGER NOT NULL,
    revoked_at INTEGER,
    UNIQUE (purpose, algorithm, succeeds)
) STRICT;

CREATE TABLE one_time_artefact (
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    subject_id TEXT,
    client_id TEXT,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (kind, hash)
) STRICT;
CREATE INDEX one_time_artefact_expiry ON one_time_artefact (expires_at);
