-- Who may do what, asked backwards: what applications tell of resources that are few and live long, and the ways from a role to whoever holds it.

CREATE TABLE resource (
    application_id TEXT COLLATE "C" NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,                -- the type, in the application's words: dashboard
    id TEXT COLLATE "C" NOT NULL,                  -- the application's id
    properties TEXT COLLATE "C" NOT NULL,          -- JSON object: region, department, …
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (application_id, kind, id)
);
CREATE INDEX people_group_parent ON people_group (parent_id);
