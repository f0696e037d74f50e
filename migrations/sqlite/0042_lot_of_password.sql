-- A number by lot, 56 bits: the first hash from some number on is compared in place of one that is not there, so that it costs what one of
-- those that are there costs.
ALTER TABLE password ADD COLUMN lot INTEGER NOT NULL DEFAULT 0;
UPDATE password SET lot = random() & 72057594037927935;
CREATE INDEX password_lot ON password (lot);
