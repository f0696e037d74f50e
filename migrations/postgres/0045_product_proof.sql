-- What proves that a passkey is kept by a listed product: its maker's word (`attested`), or its own (`claimed`).

ALTER TABLE passkey_policy ADD COLUMN proof TEXT COLLATE "C" NOT NULL DEFAULT 'attested';
