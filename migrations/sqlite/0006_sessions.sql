-- Browser sessions, what a browser tab still has to do, and how far a sign-in has come.

CREATE TABLE session (
    id TEXT PRIMARY KEY,               -- the sid
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,   -- SHA-256 of the cookie's value
    epoch INTEGER NOT NULL,            -- of the person, when it began
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    address TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person (organisation_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX session_person ON session (person_id);

CREATE TABLE continuation (
    id TEXT PRIMARY KEY,
    browser_hash BLOB NOT NULL,        -- the one browser that may go on with it
    client_id TEXT,
    request TEXT NOT NULL,             -- JSON: what the room that wrote it will need again
    required TEXT NOT NULL,            -- JSON: strength asked, age allowed, whether to prompt, whose sign-in
    login_hint TEXT,                   -- who will probably sign in, to fill in the first page
    return_to TEXT NOT NULL,           -- a path of this house
    proven_session_id TEXT,            -- the session that fulfilled it
    proven_at INTEGER,
    finished_at INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX continuation_expiry ON continuation (expires_at);

CREATE TABLE signin_attempt (
    continuation_id TEXT PRIMARY KEY REFERENCES continuation (id) ON DELETE CASCADE,
    state TEXT NOT NULL,               -- JSON of the state machine
    revision INTEGER NOT NULL,         -- rises with every step: a stale form loses
    updated_at INTEGER NOT NULL
) STRICT;
