-- How often what people may do has changed, so that applications can tell which tokens were given out before. One number for each
-- organisation, counted up in the transaction of each change.
CREATE TABLE access_epoch (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    epoch INTEGER NOT NULL,
    everybody INTEGER NOT NULL       -- the last one at which something changed for more than one subject
) STRICT;

CREATE TABLE subject_access_epoch (
    subject_kind TEXT NOT NULL,      -- person, service_account
    subject_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    epoch INTEGER NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
) STRICT;
CREATE INDEX subject_access_epoch_newest ON subject_access_epoch (organisation_id, epoch);
