-- Authorization details (RFC 9396): the types that applications define, and what people have allowed.

CREATE TABLE authorization_details_type (
    name TEXT PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    rules TEXT NOT NULL,               -- JSON: words by language, members with their kinds
    created_at INTEGER NOT NULL
) STRICT;

ALTER TABLE consent ADD COLUMN details TEXT NOT NULL DEFAULT '[]'; -- JSON list, each exactly as it was shown
