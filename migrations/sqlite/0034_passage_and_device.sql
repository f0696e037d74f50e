-- On the way to an application by a session that was there already nobody signs in: recorded beside sign-ins, once for each session,
-- client and list of scopes in a day, so that a replay sees those people too.

ALTER TABLE recorded_sign_in ADD COLUMN session_id TEXT;
ALTER TABLE recorded_sign_in ADD COLUMN authenticated_at INTEGER;
ALTER TABLE recorded_sign_in ADD COLUMN day INTEGER;
CREATE UNIQUE INDEX recorded_sign_in_passage ON recorded_sign_in (session_id, client_id, scopes, day) WHERE session_id IS NOT NULL;

-- One table of browsers by which people sign in: that a person trusts one is known of it beside.
ALTER TABLE device RENAME COLUMN browser TO device_id;
ALTER TABLE device ADD COLUMN trusted_since INTEGER;
ALTER TABLE device ADD COLUMN trusted_user_agent TEXT;
ALTER TABLE device ADD COLUMN trusted_address TEXT;
INSERT INTO device (person_id, device_id, first_at, seen_at, trusted_since, trusted_user_agent, trusted_address)
    SELECT person_id, device_id, since, since, since, user_agent, address FROM trusted_device WHERE since IS NOT NULL
    ON CONFLICT (person_id, device_id) DO UPDATE SET trusted_since = excluded.trusted_since,
    trusted_user_agent = excluded.trusted_user_agent, trusted_address = excluded.trusted_address;
DROP TABLE trusted_device;
