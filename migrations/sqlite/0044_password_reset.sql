-- People who have forgotten their password and set a new one: by a code that goes to their address, and their own second factor.

CREATE TABLE password_reset (
    id TEXT PRIMARY KEY,
    browser BLOB NOT NULL,               -- digest of the cookie of the browser that has asked
    username TEXT NOT NULL,              -- as typed
    person_id TEXT REFERENCES person (id) ON DELETE CASCADE, -- none: nobody has that name, which the pages do not tell
    continuation_id TEXT,                -- the sign-in that is gone on with
    stage TEXT NOT NULL,                 -- `asked`, `reached`, `proven`
    code_hash BLOB,                      -- keyed hash; none where no code was sent
    account_state BLOB,        -- digest of what the account was like when the code was sent
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
