-- Programs from schema 5 on work with it.
-- The moment up to which the log is final: whatever is written later is recorded after it.
alter table store add column settled_until timestamptz not null default '-infinity';
