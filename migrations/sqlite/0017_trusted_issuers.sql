-- Issuers outside whose assertions organisations trust: Kubernetes clusters, CI systems, SPIFFE trust domains.

CREATE TABLE trusted_issuer (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    issuer TEXT NOT NULL,              -- the iss of its assertions
    keys TEXT NOT NULL,                -- JSON: its public keys, or where they are
    algorithms TEXT NOT NULL,          -- JSON list: those that are accepted
    audiences TEXT NOT NULL,           -- JSON list: accepted beside our own names
    rules TEXT NOT NULL,               -- JSON list: which subject and claims are whom here
    longest_age_seconds INTEGER NOT NULL,
    reusable INTEGER NOT NULL CHECK (reusable IN (0, 1)), -- an assertion may come more than once
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, issuer)
) STRICT;
