-- Passkeys: credentials of WebAuthn, of which only the public part is kept.

CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,       -- base64url
    credential TEXT NOT NULL,                 -- public key, counter and flags, as the library that checks keeps them
    synced INTEGER NOT NULL CHECK (synced IN (0, 1)),                 -- its provider may copy it to other devices (backup eligible)
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX passkey_person ON passkey (person_id);
