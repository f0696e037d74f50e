-- Products (AAGUIDs) that people of an organisation, or of one role, may enrol. Without lines all may be enrolled.

CREATE TABLE passkey_policy (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    role TEXT NOT NULL,                         -- the word of a role; empty: the whole organisation
    aaguid TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, role, aaguid)
) STRICT;
