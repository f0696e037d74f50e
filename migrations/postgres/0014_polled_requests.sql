-- Requests for which a client polls while a person decides elsewhere: device authorizations (RFC 8628) and CIBA.

CREATE TABLE polled_request (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,                -- device, backchannel
    secret_hash BYTEA NOT NULL UNIQUE,  -- of the device_code or auth_req_id
    user_code_hash BYTEA UNIQUE,        -- keyed hash of the code that a person types
    organisation_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    person_id TEXT COLLATE "C" REFERENCES person (id) ON DELETE CASCADE, -- who is asked, or has answered
    asked TEXT COLLATE "C" NOT NULL,               -- JSON: what is asked, from where, with which words
    state TEXT COLLATE "C" NOT NULL,               -- pending, approved, denied, redeemed
    given TEXT COLLATE "C",                        -- JSON: what the person has given
    interval_seconds BIGINT NOT NULL, -- least time between two polls
    polled_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX polled_request_person ON polled_request (person_id);
CREATE INDEX polled_request_expiry ON polled_request (expires_at);
