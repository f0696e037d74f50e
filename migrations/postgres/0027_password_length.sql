-- A password that was chosen beside a second factor may be too short to stand alone.

ALTER TABLE password ADD COLUMN stands_alone BOOLEAN NOT NULL DEFAULT TRUE;
