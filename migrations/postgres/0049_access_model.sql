-- The whole model of access: groups with a purpose, an end and owners; roles that include roles, with who answers for them, how risky they are
-- and for how long they are given; who may give which role; grants with where they come from; and what was before, for questions about the past.

ALTER TABLE people_group ADD COLUMN purpose TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE people_group ADD COLUMN ends_at BIGINT; -- from then on nothing is held through it

CREATE TABLE group_owner (
    group_id TEXT COLLATE "C" NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX group_owner_person ON group_owner (person_id);

ALTER TABLE membership ADD COLUMN created_at BIGINT; -- none: as old as its beginning

CREATE TABLE membership_past (
    group_id TEXT COLLATE "C" NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,           -- when it was taken back, or got another period
    PRIMARY KEY (group_id, subject_kind, subject_id, ended_at)
);
CREATE INDEX membership_past_subject ON membership_past (subject_id);

ALTER TABLE role ADD COLUMN owner_id TEXT COLLATE "C" REFERENCES person (id) ON DELETE SET NULL;
ALTER TABLE role ADD COLUMN risk TEXT COLLATE "C" NOT NULL DEFAULT 'medium'; -- low, medium, high
ALTER TABLE role ADD COLUMN requestable BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE role ADD COLUMN longest_days BIGINT; -- a grant of it has an end, at most so many days after its beginning
ALTER TABLE role ADD COLUMN review_days BIGINT; -- how often its grants are to be looked at

CREATE TABLE role_include (
    role_id TEXT COLLATE "C" NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    included_id TEXT COLLATE "C" NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, included_id)
);

-- Whoever holds the role may give the other one, within the places of their own grant.
CREATE TABLE role_giving (
    role_id TEXT COLLATE "C" NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    given_id TEXT COLLATE "C" NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    longest_days BIGINT,                -- none: as long as the role may be given
    PRIMARY KEY (role_id, given_id)
);

ALTER TABLE access_grant ADD COLUMN source TEXT COLLATE "C" NOT NULL DEFAULT 'direct'; -- direct, rule, request, review, provisioning, upstream
ALTER TABLE access_grant ADD COLUMN approved_by TEXT COLLATE "C";
ALTER TABLE access_grant ADD COLUMN last_used_at BIGINT;
ALTER TABLE access_grant ADD COLUMN next_review_at BIGINT;
CREATE INDEX access_grant_role ON access_grant (role_id);
CREATE INDEX access_grant_organisation ON access_grant (organisation_id, id);
CREATE INDEX access_grant_within_group ON access_grant_within (group_id);

-- What a role or group was from a moment on.
CREATE TABLE access_revision (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    item_kind TEXT COLLATE "C" NOT NULL,        -- role, group
    item_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL,          -- JSON
    PRIMARY KEY (organisation_id, item_kind, item_id, at)
);
