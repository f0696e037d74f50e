-- Attributes of people and service accounts that an organisation declares: what they are called, what they hold, and whose word counts.

CREATE TABLE attribute_declaration (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,              -- text, number, truth, choice, texts
    choices TEXT NOT NULL,           -- JSON: the texts of a choice
    source TEXT NOT NULL,            -- administrator, directory, scim, upstream, self
    seen_by TEXT NOT NULL,           -- self, administrators
    declared_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, name)
) STRICT;
