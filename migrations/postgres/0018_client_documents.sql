-- Until when the last good metadata document of a client held (draft-ietf-oauth-client-id-metadata-document).
CREATE TABLE client_document (
    client_id TEXT COLLATE "C" PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    good_until BIGINT NOT NULL
);
