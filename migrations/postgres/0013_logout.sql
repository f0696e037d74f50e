-- Work to be done later, sessions that others have replaced, and claims about people.

CREATE TABLE job (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,                -- which work: the room that registered it does it
    payload TEXT COLLATE "C" NOT NULL,             -- JSON: what it needs, no secret
    state TEXT COLLATE "C" NOT NULL,               -- waiting, done, dead
    attempts BIGINT NOT NULL,         -- begun so far
    next_at BIGINT NOT NULL,          -- not before this; while it is worked on, the end of the lease
    reason TEXT COLLATE "C",                       -- why the last attempt came to nothing, or why it is dead
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX job_due ON job (state, next_at);
CREATE INDEX job_finished ON job (finished_at);

ALTER TABLE session ADD COLUMN earlier TEXT COLLATE "C" NOT NULL DEFAULT '';   -- sessions of the same person that it has replaced
ALTER TABLE person ADD COLUMN claims TEXT COLLATE "C" NOT NULL DEFAULT '{}';   -- JSON: phone, address, … as OpenID Connect names them
