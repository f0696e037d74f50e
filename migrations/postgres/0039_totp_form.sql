-- The hash and the digits of an authenticator's codes; those that stand are of the form that all apps know.
ALTER TABLE totp ADD COLUMN form TEXT COLLATE "C" NOT NULL DEFAULT 'SHA1-6';
