-- On the way to an application by a session that was there already nobody signs in: recorded beside sign-ins, once for each session,
-- client and list of scopes in a day, so that a replay sees those people too.

ALTER TABLE recorded_sign_in ADD COLUMN session_id TEXT COLLATE "C";
ALTER TABLE recorded_sign_in ADD COLUMN authenticated_at BIGINT;
ALTER TABLE recorded_sign_in ADD COLUMN day BIGINT;
CREATE UNIQUE INDEX recorded_sign_in_passage ON recorded_sign_in (session_id, client_id, scopes, day) WHERE session_id IS NOT NULL;
