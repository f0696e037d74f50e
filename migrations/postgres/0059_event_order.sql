-- The order of events beside them, so that an event is written once and never again: runs of positions, and what waits for its own.

-- Nobody writes or orders events meanwhile; a program of before writes none that would be put in order, so all of them are stopped first.
LOCK TABLE event IN ACCESS EXCLUSIVE MODE;

CREATE TABLE event_run (
    first BIGINT PRIMARY KEY,         -- position of the first event: a leaf index in the tree
    writer TEXT COLLATE "C" NOT NULL,
    counter BIGINT NOT NULL,          -- of the first event; the others follow it in chain and order
    length BIGINT NOT NULL
);
INSERT INTO event_run (first, writer, counter, length)
    SELECT MIN(position), writer, MIN(counter), COUNT(*) FROM (
        SELECT writer, counter, position,
            counter - ROW_NUMBER() OVER (PARTITION BY writer, counter - position ORDER BY counter) AS island
        FROM event WHERE position IS NOT NULL
    ) AS placed
    GROUP BY writer, counter - position, island;
CREATE UNIQUE INDEX event_run_chain ON event_run (writer, counter);

CREATE TABLE unsequenced_event (
    writer TEXT COLLATE "C" NOT NULL,
    counter BIGINT NOT NULL,          -- of the first event of a transaction
    hashes BYTEA NOT NULL,              -- of its events in this chain, 32 bytes each
    PRIMARY KEY (writer, counter)
);
INSERT INTO unsequenced_event (writer, counter, hashes) SELECT writer, counter, hash FROM event WHERE position IS NULL;

DROP INDEX event_position;
DROP INDEX event_unsequenced;
ALTER TABLE event DROP COLUMN position;

CREATE VIEW placed_event AS
    SELECT writer, counter, previous, hash, at, kind, outcome, organisation_id, actor_id, target_id, client_id, session_id, correlation_id, body, (
        SELECT run.first + event.counter - run.counter FROM (
            SELECT first, counter, length FROM event_run
            WHERE event_run.writer = event.writer AND event_run.counter <= event.counter ORDER BY event_run.counter DESC LIMIT 1
        ) AS run WHERE event.counter - run.counter < run.length
    ) AS position
    FROM event;

-- Events are looked for by their target where that is a person. Decisions are about records of applications, more of them than of all else: each
-- would go to a page of its own in these.
DROP INDEX event_target;
DROP INDEX event_refused;
CREATE INDEX event_target ON event (target_id, at) WHERE target_id IS NOT NULL AND kind <> 'access.decision';
CREATE INDEX event_refused ON event (target_id, at) WHERE outcome = 'refused' AND kind <> 'access.decision';
