-- What was refused to somebody lately, and the sign-ins by which they are known: asked at each sign-in, so that neither costs more the
-- more there is on record.
CREATE INDEX event_refused ON event (target_id, at) WHERE outcome = 'refused';
CREATE INDEX recorded_sign_in_sure ON recorded_sign_in (person_id, at)
    WHERE session_id IS NULL AND acr <> 'urn:doorward:acr:1';
