-- Organisations, people and service accounts, and what people prove themselves with.

CREATE TABLE organisation (
    id TEXT COLLATE "C" PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE person (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    username TEXT COLLATE "C" NOT NULL UNIQUE,     -- folded
    name TEXT COLLATE "C" NOT NULL,                -- as shown
    given_name TEXT COLLATE "C",
    family_name TEXT COLLATE "C",
    email TEXT COLLATE "C",
    email_verified BOOLEAN NOT NULL,
    locale TEXT COLLATE "C",
    attributes TEXT COLLATE "C" NOT NULL,          -- JSON object: department, region, job_title, product_line, …
    status TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,            -- rises when everything given out before must die
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (organisation_id, id)
);

CREATE TABLE service_account (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    attributes TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, name)
);

CREATE TABLE password (
    person_id TEXT COLLATE "C" PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL,                -- PHC string, peppered
    changed_at BIGINT NOT NULL
);

CREATE TABLE totp (
    id TEXT COLLATE "C" PRIMARY KEY,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    sealed_secret BYTEA NOT NULL,
    last_step BIGINT,                 -- the newest time step used: none up to it is taken again
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX totp_person ON totp (person_id);

CREATE TABLE recovery_code (
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,                -- keyed hash
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (person_id, hash)
);

CREATE TABLE failure_count (
    subject_id TEXT COLLATE "C" NOT NULL,          -- the account, not what was typed
    factor TEXT COLLATE "C" NOT NULL,
    failures BIGINT NOT NULL,         -- in a row
    last_at BIGINT NOT NULL,
    locked_until BIGINT,
    PRIMARY KEY (subject_id, factor)
);
