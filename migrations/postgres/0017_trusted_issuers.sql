-- Issuers outside whose assertions organisations trust: Kubernetes clusters, CI systems, SPIFFE trust domains.

CREATE TABLE trusted_issuer (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    issuer TEXT COLLATE "C" NOT NULL,              -- the iss of its assertions
    keys TEXT COLLATE "C" NOT NULL,    -- JSON: its public keys, or where they are
    algorithms TEXT COLLATE "C" NOT NULL,          -- JSON list: those that are accepted
    audiences TEXT COLLATE "C" NOT NULL,           -- JSON list: accepted beside our own names
    rules TEXT COLLATE "C" NOT NULL,               -- JSON list: which subject and claims are whom here
    longest_age_seconds BIGINT NOT NULL,
    reusable BOOLEAN NOT NULL, -- an assertion may come more than once
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, issuer)
);
