-- What somebody was written lately: some notices are sent once a day at most.
CREATE INDEX mail_person ON mail (person_id, kind, created_at);
