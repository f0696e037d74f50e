-- What somebody has given is found without reading all grants.
CREATE INDEX access_grant_given_by ON access_grant (organisation_id, given_by);
