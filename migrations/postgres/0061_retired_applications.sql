-- From when on an application gives nothing; none: it gives. Nothing of it is erased, and nobody else gets its audience.
ALTER TABLE application ADD COLUMN retired_at BIGINT;

-- Of few among many: those of an organisation, and those that are shared with all.
CREATE INDEX application_retired ON application (organisation_id) WHERE retired_at IS NOT NULL;
CREATE INDEX application_retired_shared ON application (shared) WHERE retired_at IS NOT NULL;
