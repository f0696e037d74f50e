-- Before whose recovery two administrators have to agree, where an organisation asks for more than the installation.

CREATE TABLE recovery_rule (
    organisation_id TEXT COLLATE "C" PRIMARY KEY REFERENCES organisation (id),
    needs_two TEXT COLLATE "C" NOT NULL,             -- `nobody`, `administrators`, `everybody`
    former TEXT COLLATE "C" NOT NULL,                -- what held before: a lower one counts after a while only
    changed_at BIGINT NOT NULL
);
