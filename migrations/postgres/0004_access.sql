-- Groups, applications with their permissions, roles, grants, policies, and who must use a second factor.

CREATE TABLE people_group (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    kind TEXT COLLATE "C" NOT NULL,                -- department, region, team
    name TEXT COLLATE "C" NOT NULL,                -- a word for tokens and policies: emea
    title TEXT COLLATE "C" NOT NULL,               -- for people: EMEA
    parent_id TEXT COLLATE "C" REFERENCES people_group (id),
    created_at BIGINT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, kind, name)
);

CREATE TABLE membership (
    group_id TEXT COLLATE "C" NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    subject_kind TEXT COLLATE "C" NOT NULL,        -- person, service_account
    subject_id TEXT COLLATE "C" NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    PRIMARY KEY (group_id, subject_kind, subject_id)
);
CREATE INDEX membership_subject ON membership (subject_id);

CREATE TABLE application (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL UNIQUE,     -- the aud of its access tokens
    shared BOOLEAN NOT NULL, -- whether other organisations may use it
    created_at BIGINT NOT NULL
);

CREATE TABLE permission (
    application_id TEXT COLLATE "C" NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,                -- feedback:read
    title TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,             -- what it lets a person do and why one would need it
    sensitivity TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (application_id, name)
);

CREATE TABLE role (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    second_factor BOOLEAN NOT NULL, -- holders must prove one at sign-in
    created_at BIGINT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, name)
);

CREATE TABLE role_permission (
    role_id TEXT COLLATE "C" NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    permission TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (role_id, application_id, permission),
    FOREIGN KEY (application_id, permission) REFERENCES permission (application_id, name) ON DELETE CASCADE
);

CREATE TABLE access_grant (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    subject_kind TEXT COLLATE "C" NOT NULL,        -- person, service_account, group
    subject_id TEXT COLLATE "C" NOT NULL,
    role_id TEXT COLLATE "C" NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    reason TEXT COLLATE "C" NOT NULL,
    given_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    FOREIGN KEY (organisation_id, role_id) REFERENCES role (organisation_id, id)
);
CREATE INDEX access_grant_subject ON access_grant (subject_id);

CREATE TABLE access_grant_within (
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES access_grant (id) ON DELETE CASCADE,
    organisation_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,            -- the grant holds in this department or region and below it only
    PRIMARY KEY (grant_id, group_id),
    FOREIGN KEY (organisation_id, group_id) REFERENCES people_group (organisation_id, id)
);

CREATE TABLE policy (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    name TEXT COLLATE "C" NOT NULL,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    title TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    cedar TEXT COLLATE "C" NOT NULL,
    active BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, name)
);
