-- Requests for which a client polls while a person decides elsewhere: device authorizations (RFC 8628) and CIBA.

CREATE TABLE polled_request (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,                -- device, backchannel
    secret_hash BLOB NOT NULL UNIQUE,  -- of the device_code or auth_req_id
    user_code_hash BLOB UNIQUE,        -- keyed hash of the code that a person types
    organisation_id TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    person_id TEXT REFERENCES person (id) ON DELETE CASCADE, -- who is asked, or has answered
    asked TEXT NOT NULL,               -- JSON: what is asked, from where, with which words
    state TEXT NOT NULL,               -- pending, approved, denied, redeemed
    given TEXT,                        -- JSON: what the person has given
    interval_seconds INTEGER NOT NULL, -- least time between two polls
    polled_at INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX polled_request_person ON polled_request (person_id);
CREATE INDEX polled_request_expiry ON polled_request (expires_at);
