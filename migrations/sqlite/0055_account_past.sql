-- What accounts were until a moment, for questions about the past.
CREATE TABLE account_past (
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    until INTEGER NOT NULL,
    status TEXT NOT NULL,
    attributes TEXT NOT NULL,        -- JSON object
    PRIMARY KEY (subject_kind, subject_id, until)
) STRICT;
