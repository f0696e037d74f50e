-- Who may do what, asked backwards: what applications tell of resources that are few and live long, and the ways from a role to whoever holds it.

CREATE TABLE resource (
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                -- the type, in the application's words: dashboard
    id TEXT NOT NULL,                  -- the application's id
    properties TEXT NOT NULL,          -- JSON object: region, department, …
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (application_id, kind, id)
) STRICT;
CREATE INDEX people_group_parent ON people_group (parent_id);
