-- Work to be done later, sessions that others have replaced, and claims about people.

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,                -- which work: the room that registered it does it
    payload TEXT NOT NULL,             -- JSON: what it needs, no secret
    state TEXT NOT NULL,               -- waiting, done, dead
    attempts INTEGER NOT NULL,         -- begun so far
    next_at INTEGER NOT NULL,          -- not before this; while it is worked on, the end of the lease
    reason TEXT,                       -- why the last attempt came to nothing, or why it is dead
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX job_due ON job (state, next_at);
CREATE INDEX job_finished ON job (finished_at);

ALTER TABLE session ADD COLUMN earlier TEXT NOT NULL DEFAULT '';   -- sessions of the same person that it has replaced
ALTER TABLE person ADD COLUMN claims TEXT NOT NULL DEFAULT '{}';   -- JSON: phone, address, … as OpenID Connect names them
