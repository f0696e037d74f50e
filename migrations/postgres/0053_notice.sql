-- What processes that share a database tell one another has changed, where there is no Redis. Rows are short-lived.
CREATE TABLE notice (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sender TEXT COLLATE "C" NOT NULL,   -- one life of one process
    body TEXT COLLATE "C" NOT NULL      -- JSON
);
