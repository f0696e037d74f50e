-- The audit log: events as written, their order, the tree over them, and who may extend it.

CREATE TABLE event (
    writer TEXT COLLATE "C" NOT NULL,              -- one life of one process
    counter BIGINT NOT NULL,          -- 1, 2, 3, … without a gap for each writer
    previous BYTEA NOT NULL,            -- hash of the writer's previous event
    hash BYTEA NOT NULL,                -- hash of this event
    position BIGINT,                  -- leaf index in the tree; null until sequenced
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    organisation_id TEXT COLLATE "C",
    actor_id TEXT COLLATE "C",
    target_id TEXT COLLATE "C",
    client_id TEXT COLLATE "C",
    session_id TEXT COLLATE "C",
    correlation_id TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,                -- the whole event, in the encoding that is hashed
    PRIMARY KEY (writer, counter)
);
CREATE UNIQUE INDEX event_position ON event (position) WHERE position IS NOT NULL;
-- For pages in the order of time, sequenced or not.
CREATE INDEX event_time ON event (at, writer, counter);
CREATE INDEX event_unsequenced ON event (writer, counter) WHERE position IS NULL;

CREATE TABLE merkle_tile (
    level BIGINT NOT NULL,            -- 0: leaves; n: roots of full tiles of level n-1
    tile BIGINT NOT NULL,
    hashes BYTEA NOT NULL,              -- up to 256 hashes of 32 bytes
    PRIMARY KEY (level, tile)
);

CREATE TABLE checkpoint (
    size BIGINT PRIMARY KEY,          -- number of leaves
    root BYTEA NOT NULL,
    note TEXT COLLATE "C" NOT NULL,                -- the signed note
    at BIGINT NOT NULL
);

CREATE TABLE lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL,            -- rises with every holder
    expires_at BIGINT NOT NULL
);
