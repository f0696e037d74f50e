-- From which country somebody signed in, as it was known then (ISO 3166-1 alpha-2).

ALTER TABLE recorded_sign_in ADD COLUMN country TEXT COLLATE "C";
