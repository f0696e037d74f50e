-- Policies in versions, with their test cases, and what was done with each. `policy` stays what is in force.

ALTER TABLE policy ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

CREATE TABLE policy_version (
    organisation_id TEXT NOT NULL,
    policy TEXT NOT NULL,
    version INTEGER NOT NULL,           -- 1, 2, 3, …
    state TEXT NOT NULL,             -- draft, tested, active, retired
    title TEXT NOT NULL,
    purpose TEXT NOT NULL,
    cedar TEXT NOT NULL,
    cases TEXT NOT NULL,             -- JSON: what it is tried with
    template TEXT,                   -- JSON: the template that it was made by, and its values
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    active_from INTEGER,
    active_until INTEGER,
    PRIMARY KEY (organisation_id, policy, version),
    FOREIGN KEY (organisation_id, policy) REFERENCES policy (organisation_id, name) ON DELETE CASCADE
) STRICT;
-- One version in force and one that is being written, at most.
CREATE UNIQUE INDEX policy_version_active ON policy_version (organisation_id, policy) WHERE state = 'active';
CREATE UNIQUE INDEX policy_version_open ON policy_version (organisation_id, policy) WHERE state IN ('draft', 'tested');

CREATE TABLE policy_step (
    organisation_id TEXT NOT NULL,
    policy TEXT NOT NULL,
    revision INTEGER NOT NULL,          -- of the policy, after it
    version INTEGER NOT NULL,
    step TEXT NOT NULL,              -- drafted, changed, tested, activated, retired
    at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (organisation_id, policy, revision, version),
    FOREIGN KEY (organisation_id, policy, version) REFERENCES policy_version (organisation_id, policy, version)
        ON DELETE CASCADE
) STRICT;

-- What was in force before stays so, without test cases until somebody changes it. Since when is not known better than its last change.
INSERT INTO policy_version (organisation_id, policy, version, state, title, purpose, cedar, cases, made_by, made_at,
    active_from, active_until)
SELECT organisation_id, name, 1, CASE WHEN active THEN 'active' ELSE 'retired' END, title, purpose, cedar, '[]',
    'system', updated_at, updated_at, CASE WHEN active THEN NULL ELSE updated_at END FROM policy;
INSERT INTO policy_step (organisation_id, policy, revision, version, step, at, made_by, reason)
SELECT organisation_id, name, 1, 1, CASE WHEN active THEN 'activated' ELSE 'retired' END, updated_at, 'system',
    'It was there before policies had versions.' FROM policy;
