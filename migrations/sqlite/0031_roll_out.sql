-- Reminders of factors that are to be set up: which of them somebody has had, and when people were looked for last.

CREATE TABLE roll_out_reminder (
    rule_id TEXT NOT NULL,
    begun_at INTEGER NOT NULL,         -- when the rule began: switched on anew, it reminds anew
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                -- start, half, three_days, last_day, asked
    at INTEGER NOT NULL,
    PRIMARY KEY (rule_id, begun_at, person_id, kind)
) STRICT;
CREATE INDEX roll_out_reminder_at ON roll_out_reminder (at);
CREATE INDEX roll_out_reminder_person ON roll_out_reminder (person_id);

CREATE TABLE roll_out_round (
    rule_id TEXT PRIMARY KEY,
    begun_at INTEGER NOT NULL,
    looked_at INTEGER NOT NULL,
    called_at INTEGER                  -- when an administrator has asked for reminders last
) STRICT;
