-- Until when the last good metadata document of a client held (draft-ietf-oauth-client-id-metadata-document).
CREATE TABLE client_document (
    client_id TEXT PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    good_until INTEGER NOT NULL
) STRICT;
