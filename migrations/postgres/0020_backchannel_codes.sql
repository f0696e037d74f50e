-- The code of a person without which no client asks them elsewhere (CIBA): its keyed hash.

CREATE TABLE backchannel_code (
    person_id TEXT COLLATE "C" PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    set_at BIGINT NOT NULL
);
