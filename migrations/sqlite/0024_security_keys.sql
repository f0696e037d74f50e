-- Security keys beside passkeys: second factors that may verify nobody. What keeps one, and the browser at which it was made.

ALTER TABLE passkey ADD COLUMN alone INTEGER NOT NULL DEFAULT 1 CHECK (alone IN (0, 1));
ALTER TABLE passkey ADD COLUMN aaguid TEXT;
ALTER TABLE passkey ADD COLUMN made_at TEXT;
