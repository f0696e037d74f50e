-- Who must use what at sign-in, in every revision that ever was, and the sign-ins over which a draft is replayed.

CREATE TABLE rule_set (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    revision BIGINT NOT NULL,          -- 1, 2, 3, …: the newest is in force
    rules TEXT COLLATE "C" NOT NULL,   -- JSON: the rules in their order
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, revision)
);

CREATE TABLE recorded_sign_in (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    client_id TEXT COLLATE "C",
    scopes TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    device_id BYTEA,                     -- digest of the browser's own cookie
    device TEXT COLLATE "C" NOT NULL,  -- new, known, trusted
    trusted_since BIGINT,
    risk TEXT COLLATE "C" NOT NULL,    -- low, medium, high
    acr TEXT COLLATE "C" NOT NULL      -- what was proven
);
CREATE INDEX recorded_sign_in_organisation ON recorded_sign_in (organisation_id, at, id);
CREATE INDEX recorded_sign_in_person ON recorded_sign_in (person_id, at);

-- On which devices a person is not asked for a second factor for a while, as far as the rules allow.
CREATE TABLE trusted_device (
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    device_id BYTEA NOT NULL,             -- digest of the browser's own cookie
    since BIGINT NOT NULL,
    user_agent TEXT COLLATE "C",
    address TEXT COLLATE "C",
    PRIMARY KEY (person_id, device_id)
);

-- What the client asks for for which somebody signs in: some rules ask by it.
ALTER TABLE continuation ADD COLUMN scopes TEXT COLLATE "C" NOT NULL DEFAULT '';

-- What the holders of a role may do with this house itself.
CREATE TABLE role_right (
    role_id TEXT COLLATE "C" NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    house_right TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (role_id, house_right)
);
-- Administrators were so by the name of their role; now it says what they may do.
INSERT INTO role_right (role_id, house_right) SELECT id, 'rules:read' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'rules:manage' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'people:read' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'people:manage' FROM role WHERE name = 'administrator';
