-- Groups, applications with their permissions, roles, grants, policies, and who must use a second factor.

CREATE TABLE people_group (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,                -- department, region, team
    name TEXT NOT NULL,                -- a word for tokens and policies: emea
    title TEXT NOT NULL,               -- for people: EMEA
    parent_id TEXT REFERENCES people_group (id),
    created_at INTEGER NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, kind, name)
) STRICT;

CREATE TABLE membership (
    group_id TEXT NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    subject_kind TEXT NOT NULL,        -- person, service_account
    subject_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (group_id, subject_kind, subject_id)
) STRICT;
CREATE INDEX membership_subject ON membership (subject_id);

CREATE TABLE application (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    audience TEXT NOT NULL UNIQUE,     -- the aud of its access tokens
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)), -- whether other organisations may use it
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE permission (
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    name TEXT NOT NULL,                -- feedback:read
    title TEXT NOT NULL,
    purpose TEXT NOT NULL,             -- what it lets a person do and why one would need it
    sensitivity TEXT NOT NULL,
    PRIMARY KEY (application_id, name)
) STRICT;

CREATE TABLE role (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    purpose TEXT NOT NULL,
    second_factor INTEGER NOT NULL CHECK (second_factor IN (0, 1)), -- holders must prove one at sign-in
    created_at INTEGER NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, name)
) STRICT;

CREATE TABLE role_permission (
    role_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (role_id, application_id, permission),
    FOREIGN KEY (application_id, permission) REFERENCES permission (application_id, name) ON DELETE CASCADE
) STRICT;

CREATE TABLE access_grant (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    subject_kind TEXT NOT NULL,        -- person, service_account, group
    subject_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    reason TEXT NOT NULL,
    given_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    FOREIGN KEY (organisation_id, role_id) REFERENCES role (organisation_id, id)
) STRICT;
CREATE INDEX access_grant_subject ON access_grant (subject_id);

CREATE TABLE access_grant_within (
    grant_id TEXT NOT NULL REFERENCES access_grant (id) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL,
    group_id TEXT NOT NULL,            -- the grant holds in this department or region and below it only
    PRIMARY KEY (grant_id, group_id),
    FOREIGN KEY (organisation_id, group_id) REFERENCES people_group (organisation_id, id)
) STRICT;

CREATE TABLE policy (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    purpose TEXT NOT NULL,
    cedar TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, name)
) STRICT;
