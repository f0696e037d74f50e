-- Browser sessions, what a browser tab still has to do, and how far a sign-in has come.

CREATE TABLE session (
    id TEXT COLLATE "C" PRIMARY KEY,               -- the sid
    organisation_id TEXT COLLATE "C" NOT NULL,
    person_id TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,   -- SHA-256 of the cookie's value
    epoch BIGINT NOT NULL,            -- of the person, when it began
    acr TEXT COLLATE "C" NOT NULL,
    amr TEXT COLLATE "C" NOT NULL,
    authenticated_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    address TEXT COLLATE "C",
    user_agent TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person (organisation_id, id) ON DELETE CASCADE
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE continuation (
    id TEXT COLLATE "C" PRIMARY KEY,
    browser_hash BYTEA NOT NULL,        -- the one browser that may go on with it
    client_id TEXT COLLATE "C",
    request TEXT COLLATE "C" NOT NULL,             -- JSON: what the room that wrote it will need again
    required TEXT COLLATE "C" NOT NULL,            -- JSON: strength asked, age allowed, whether to prompt, whose sign-in
    login_hint TEXT COLLATE "C",                   -- who will probably sign in, to fill in the first page
    return_to TEXT COLLATE "C" NOT NULL,           -- a path of this house
    proven_session_id TEXT COLLATE "C",            -- the session that fulfilled it
    proven_at BIGINT,
    finished_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX continuation_expiry ON continuation (expires_at);

CREATE TABLE signin_attempt (
    continuation_id TEXT COLLATE "C" PRIMARY KEY REFERENCES continuation (id) ON DELETE CASCADE,
    state TEXT COLLATE "C" NOT NULL,               -- JSON of the state machine
    revision BIGINT NOT NULL,         -- rises with every step: a stale form loses
    updated_at BIGINT NOT NULL
);
