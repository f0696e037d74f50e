-- Who has changed the rules: `operator`, or an id. None of what was changed before this was kept.

ALTER TABLE rule_set ADD COLUMN changed_by TEXT;
