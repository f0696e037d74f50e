-- People who have forgotten their password and set a new one: by a code that goes to their address, and their own second factor.

CREATE TABLE password_reset (
    id TEXT COLLATE "C" PRIMARY KEY,
    browser BYTEA NOT NULL,              -- digest of the cookie of the browser that has asked
    username TEXT COLLATE "C" NOT NULL,  -- as typed
    person_id TEXT COLLATE "C" REFERENCES person (id) ON DELETE CASCADE, -- none: nobody has that name, which the pages do not tell
    continuation_id TEXT COLLATE "C",    -- the sign-in that is gone on with
    stage TEXT COLLATE "C" NOT NULL,     -- `asked`, `reached`, `proven`
    code_hash BYTEA,                     -- keyed hash; none where no code was sent
    account_state BYTEA,       -- digest of what the account was like when the code was sent
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
