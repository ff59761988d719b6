-- Programs from schema 3 on work with it.
-- The moment up to which the log is final: whatever is written later is recorded after it. Microseconds since
-- 1970-01-01T00:00:00Z.
alter table store add column settled_until integer not null default 0;
