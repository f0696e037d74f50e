-- What processes that share a database tell one another has changed, where there is no Redis. Rows are short-lived.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    sender TEXT NOT NULL,   -- one life of one process
    body TEXT NOT NULL      -- JSON
) STRICT;
