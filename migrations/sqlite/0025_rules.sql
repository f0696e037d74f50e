-- Who must use what at sign-in, in every revision that ever was, and the sign-ins over which a draft is replayed.

CREATE TABLE rule_set (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    revision INTEGER NOT NULL,         -- 1, 2, 3, …: the newest is in force
    rules TEXT NOT NULL,               -- JSON: the rules in their order
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, revision)
) STRICT;

CREATE TABLE recorded_sign_in (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    client_id TEXT,
    scopes TEXT NOT NULL,
    address TEXT,
    device_id BLOB,                      -- digest of the browser's own cookie
    device TEXT NOT NULL,              -- new, known, trusted
    trusted_since INTEGER,
    risk TEXT NOT NULL,                -- low, medium, high
    acr TEXT NOT NULL                  -- what was proven
) STRICT;
CREATE INDEX recorded_sign_in_organisation ON recorded_sign_in (organisation_id, at, id);
CREATE INDEX recorded_sign_in_person ON recorded_sign_in (person_id, at);

-- On which devices a person is not asked for a second factor for a while, as far as the rules allow.
CREATE TABLE trusted_device (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    device_id BLOB NOT NULL,             -- digest of the browser's own cookie
    since INTEGER NOT NULL,
    user_agent TEXT,
    address TEXT,
    PRIMARY KEY (person_id, device_id)
) STRICT;

-- What the client asks for for which somebody signs in: some rules ask by it.
ALTER TABLE continuation ADD COLUMN scopes TEXT NOT NULL DEFAULT '';

-- What the holders of a role may do with this house itself.
CREATE TABLE role_right (
    role_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    house_right TEXT NOT NULL,
    PRIMARY KEY (role_id, house_right)
) STRICT;
-- Administrators were so by the name of their role; now it says what they may do.
INSERT INTO role_right (role_id, house_right) SELECT id, 'rules:read' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'rules:manage' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'people:read' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'people:manage' FROM role WHERE name = 'administrator';
