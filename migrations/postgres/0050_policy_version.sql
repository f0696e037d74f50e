-- Policies in versions, with their test cases, and what was done with each. `policy` stays what is in force.

ALTER TABLE policy ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

CREATE TABLE policy_version (
    organisation_id TEXT COLLATE "C" NOT NULL,
    policy TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,           -- 1, 2, 3, …
    state TEXT COLLATE "C" NOT NULL,             -- draft, tested, active, retired
    title TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    cedar TEXT COLLATE "C" NOT NULL,
    cases TEXT COLLATE "C" NOT NULL,             -- JSON: what it is tried with
    template TEXT COLLATE "C",                   -- JSON: the template that it was made by, and its values
    made_by TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    active_from BIGINT,
    active_until BIGINT,
    PRIMARY KEY (organisation_id, policy, version),
    FOREIGN KEY (organisation_id, policy) REFERENCES policy (organisation_id, name) ON DELETE CASCADE
);
-- One version in force and one that is being written, at most.
CREATE UNIQUE INDEX policy_version_active ON policy_version (organisation_id, policy) WHERE state = 'active';
CREATE UNIQUE INDEX policy_version_open ON policy_version (organisation_id, policy) WHERE state IN ('draft', 'tested');

CREATE TABLE policy_step (
    organisation_id TEXT COLLATE "C" NOT NULL,
    policy TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,          -- of the policy, after it
    version BIGINT NOT NULL,
    step TEXT COLLATE "C" NOT NULL,              -- drafted, changed, tested, activated, retired
    at BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, policy, revision, version),
    FOREIGN KEY (organisation_id, policy, version) REFERENCES policy_version (organisation_id, policy, version)
        ON DELETE CASCADE
);

-- What was in force before stays so, without test cases until somebody changes it. Since when is not known better than its last change.
INSERT INTO policy_version (organisation_id, policy, version, state, title, purpose, cedar, cases, made_by, made_at,
    active_from, active_until)
SELECT organisation_id, name, 1, CASE WHEN active THEN 'active' ELSE 'retired' END, title, purpose, cedar, '[]',
    'system', updated_at, updated_at, CASE WHEN active THEN NULL ELSE updated_at END FROM policy;
INSERT INTO policy_step (organisation_id, policy, revision, version, step, at, made_by, reason)
SELECT organisation_id, name, 1, 1, CASE WHEN active THEN 'activated' ELSE 'retired' END, updated_at, 'system',
    'It was there before policies had versions.' FROM policy;
