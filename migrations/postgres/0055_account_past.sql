-- What accounts were until a moment, for questions about the past.
CREATE TABLE account_past (
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    until BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    attributes TEXT COLLATE "C" NOT NULL,        -- JSON object
    PRIMARY KEY (subject_kind, subject_id, until)
);
