-- The whole model of access: groups with a purpose, an end and owners; roles that include roles, with who answers for them, how risky they are
-- and for how long they are given; who may give which role; grants with where they come from; and what was before, for questions about the past.

ALTER TABLE people_group ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE people_group ADD COLUMN ends_at INTEGER; -- from then on nothing is held through it

CREATE TABLE group_owner (
    group_id TEXT NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, person_id)
) STRICT;
CREATE INDEX group_owner_person ON group_owner (person_id);

ALTER TABLE membership ADD COLUMN created_at INTEGER; -- none: as old as its beginning

CREATE TABLE membership_past (
    group_id TEXT NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,           -- when it was taken back, or got another period
    PRIMARY KEY (group_id, subject_kind, subject_id, ended_at)
) STRICT;
CREATE INDEX membership_past_subject ON membership_past (subject_id);

ALTER TABLE role ADD COLUMN owner_id TEXT REFERENCES person (id) ON DELETE SET NULL;
ALTER TABLE role ADD COLUMN risk TEXT NOT NULL DEFAULT 'medium'; -- low, medium, high
ALTER TABLE role ADD COLUMN requestable INTEGER NOT NULL DEFAULT 0 CHECK (requestable IN (0, 1));
ALTER TABLE role ADD COLUMN longest_days INTEGER; -- a grant of it has an end, at most so many days after its beginning
ALTER TABLE role ADD COLUMN review_days INTEGER; -- how often its grants are to be looked at

CREATE TABLE role_include (
    role_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    included_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, included_id)
) STRICT;

-- Whoever holds the role may give the other one, within the places of their own grant.
CREATE TABLE role_giving (
    role_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    given_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    longest_days INTEGER,                -- none: as long as the role may be given
    PRIMARY KEY (role_id, given_id)
) STRICT;

ALTER TABLE access_grant ADD COLUMN source TEXT NOT NULL DEFAULT 'direct'; -- direct, rule, request, review, provisioning, upstream
ALTER TABLE access_grant ADD COLUMN approved_by TEXT;
ALTER TABLE access_grant ADD COLUMN last_used_at INTEGER;
ALTER TABLE access_grant ADD COLUMN next_review_at INTEGER;
CREATE INDEX access_grant_role ON access_grant (role_id);
CREATE INDEX access_grant_organisation ON access_grant (organisation_id, id);
CREATE INDEX access_grant_within_group ON access_grant_within (group_id);

-- What a role or group was from a moment on.
CREATE TABLE access_revision (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    item_kind TEXT NOT NULL,        -- role, group
    item_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    content TEXT NOT NULL,          -- JSON
    PRIMARY KEY (organisation_id, item_kind, item_id, at)
) STRICT;
