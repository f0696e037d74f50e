-- When a person has answered a request: a client that was refused waits before it asks again.

ALTER TABLE polled_request ADD COLUMN answered_at INTEGER;
