-- The grants of one holder, and those that somebody has given, are found among a million by all that is asked of them, in the order of their ids: by
-- an index on a part of it SQLite preferred to read those of the whole organisation, which are in that order.
DROP INDEX access_grant_subject;
CREATE INDEX access_grant_subject ON access_grant (subject_id, subject_kind, organisation_id, id);
DROP INDEX access_grant_given_by;
CREATE INDEX access_grant_given_by ON access_grant (organisation_id, given_by, id);
