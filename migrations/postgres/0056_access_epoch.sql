-- How often what people may do has changed, so that applications can tell which tokens were given out before. One number for each
-- organisation, counted up in the transaction of each change.
CREATE TABLE access_epoch (
    organisation_id TEXT COLLATE "C" PRIMARY KEY REFERENCES organisation (id),
    epoch BIGINT NOT NULL,
    everybody BIGINT NOT NULL        -- the last one at which something changed for more than one subject
);

CREATE TABLE subject_access_epoch (
    subject_kind TEXT COLLATE "C" NOT NULL,      -- person, service_account
    subject_id TEXT COLLATE "C" NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    epoch BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
);
CREATE INDEX subject_access_epoch_newest ON subject_access_epoch (organisation_id, epoch);
