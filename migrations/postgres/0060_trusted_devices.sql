-- What was trusted for too long is found among all devices, most of which nobody trusts.
CREATE INDEX device_trusted ON device (trusted_since) WHERE trusted_since IS NOT NULL;
