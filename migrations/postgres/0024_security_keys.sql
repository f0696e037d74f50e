-- Security keys beside passkeys: second factors that may verify nobody. What keeps one, and the browser at which it was made.

ALTER TABLE passkey ADD COLUMN alone BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE passkey ADD COLUMN aaguid TEXT COLLATE "C";
ALTER TABLE passkey ADD COLUMN made_at TEXT COLLATE "C";
