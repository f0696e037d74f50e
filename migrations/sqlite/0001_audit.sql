-- The audit log: events as written, their order, the tree over them, and who may extend it.

CREATE TABLE event (
    writer TEXT NOT NULL,              -- one life of one process
    counter INTEGER NOT NULL,          -- 1, 2, 3, … without a gap for each writer
    previous BLOB NOT NULL,            -- hash of the writer's previous event
    hash BLOB NOT NULL,                -- hash of this event
    position INTEGER,                  -- leaf index in the tree; null until sequenced
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    organisation_id TEXT,
    actor_id TEXT,
    target_id TEXT,
    client_id TEXT,
    session_id TEXT,
    correlation_id TEXT NOT NULL,
    body TEXT NOT NULL,                -- the whole event, in the encoding that is hashed
    PRIMARY KEY (writer, counter)
) STRICT;
CREATE UNIQUE INDEX event_position ON event (position) WHERE position IS NOT NULL;
-- For pages in the order of time, sequenced or not.
CREATE INDEX event_time ON event (at, writer, counter);
CREATE INDEX event_unsequenced ON event (writer, counter) WHERE position IS NULL;

CREATE TABLE merkle_tile (
    level INTEGER NOT NULL,            -- 0: leaves; n: roots of full tiles of level n-1
    tile INTEGER NOT NULL,
    hashes BLOB NOT NULL,              -- up to 256 hashes of 32 bytes
    PRIMARY KEY (level, tile)
) STRICT;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,          -- number of leaves
    root BLOB NOT NULL,
    note TEXT NOT NULL,                -- the signed note
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL,            -- rises with every holder
    expires_at INTEGER NOT NULL
) STRICT;
