-- Mail on its way to people.

CREATE TABLE mail (
    id TEXT COLLATE "C" PRIMARY KEY,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,                -- which letter it is
    recipient TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    sealed_letter BYTEA,                -- subject, text and HTML; gone once it is sent
    state TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C",                       -- why it was given up
    good_until BIGINT,                -- what it holds is worthless then
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX mail_finished ON mail (finished_at);
