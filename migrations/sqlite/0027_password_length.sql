-- A password that was chosen beside a second factor may be too short to stand alone.

ALTER TABLE password ADD COLUMN stands_alone INTEGER NOT NULL DEFAULT 1 CHECK (stands_alone IN (0, 1));
