-- Products (AAGUIDs) that people of an organisation, or of one role, may enrol. Without lines all may be enrolled.

CREATE TABLE passkey_policy (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    role TEXT COLLATE "C" NOT NULL,                         -- the word of a role; empty: the whole organisation
    aaguid TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, role, aaguid)
);
