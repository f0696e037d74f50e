-- Attributes of people and service accounts that an organisation declares: what they are called, what they hold, and whose word counts.

CREATE TABLE attribute_declaration (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,              -- text, number, truth, choice, texts
    choices TEXT COLLATE "C" NOT NULL,           -- JSON: the texts of a choice
    source TEXT COLLATE "C" NOT NULL,            -- administrator, directory, scim, upstream, self
    seen_by TEXT COLLATE "C" NOT NULL,           -- self, administrators
    declared_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, name)
);
