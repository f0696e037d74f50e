-- When a person has answered a request, since a client that was refused waits before it asks again; and in which
-- applications a scope was allowed.

ALTER TABLE polled_request ADD COLUMN answered_at BIGINT;

ALTER TABLE consent ADD COLUMN applications TEXT COLLATE "C"; -- JSON: scopes by application; NULL: all of the client's own one
