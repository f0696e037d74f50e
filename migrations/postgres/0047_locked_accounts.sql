-- Who is locked out now is listed without a look at every account that ever failed.
CREATE INDEX failure_count_locked ON failure_count (locked_until) WHERE locked_until IS NOT NULL;
