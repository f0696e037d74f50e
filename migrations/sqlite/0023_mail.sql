-- Mail on its way to people.

CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                -- which letter it is
    recipient TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed_letter BLOB,                -- subject, text and HTML; gone once it is sent
    state TEXT NOT NULL,
    reason TEXT,                       -- why it was given up
    good_until INTEGER,                -- what it holds is worthless then
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX mail_finished ON mail (finished_at);
