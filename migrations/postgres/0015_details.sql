-- Authorization details (RFC 9396): the types that applications define, and what people have allowed.

CREATE TABLE authorization_details_type (
    name TEXT COLLATE "C" PRIMARY KEY,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    rules TEXT COLLATE "C" NOT NULL,               -- JSON: words by language, members with their kinds
    created_at BIGINT NOT NULL
);

ALTER TABLE consent ADD COLUMN details TEXT COLLATE "C" NOT NULL DEFAULT '[]'; -- JSON list, each exactly as it was shown
