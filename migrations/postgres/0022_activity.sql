-- What a person did and what was done to their account is found among the events of everybody, the newest first.

CREATE INDEX event_actor ON event (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX event_target ON event (target_id, at) WHERE target_id IS NOT NULL;
