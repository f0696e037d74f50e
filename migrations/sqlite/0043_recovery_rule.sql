-- Before whose recovery two administrators have to agree, where an organisation asks for more than the installation.

CREATE TABLE recovery_rule (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    needs_two TEXT NOT NULL,             -- `nobody`, `administrators`, `everybody`
    former TEXT NOT NULL,                -- what held before: a lower one counts after a while only
    changed_at INTEGER NOT NULL
) STRICT;
