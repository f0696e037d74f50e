-- The code of a person without which no client asks them elsewhere (CIBA): its keyed hash.

CREATE TABLE backchannel_code (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    set_at INTEGER NOT NULL
) STRICT;
