-- Passkeys: credentials of WebAuthn, of which only the public part is kept.

CREATE TABLE passkey (
    id TEXT COLLATE "C" PRIMARY KEY,
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    credential_id TEXT COLLATE "C" NOT NULL UNIQUE,       -- base64url
    credential TEXT COLLATE "C" NOT NULL,                 -- public key, counter and flags, as the library that checks keeps them
    synced BOOLEAN NOT NULL,                  -- its provider may copy it to other devices (backup eligible)
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkey_person ON passkey (person_id);
