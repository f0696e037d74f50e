-- Who waits for help because they have said that somebody else was at their account, found without reading everybody.

-- The notice that the owner answered "this was not me" to; null where the account is held for another reason.
ALTER TABLE person ADD COLUMN held_about TEXT;
CREATE INDEX person_held ON person (organisation_id, username) WHERE held_at IS NOT NULL;
CREATE INDEX enrolment_pass_open ON enrolment_pass (organisation_id, id) WHERE ended_at IS NULL;
