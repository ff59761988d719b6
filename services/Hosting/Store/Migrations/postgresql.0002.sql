-- The relay's lease: which process publishes, and until when it may without renewing. By the database's clock,
-- so that a process that hangs or is cut off is replaced within seconds, however its connection looks.
alter table log_reader
    add column holder      text not null default '',
    add column lease_until timestamptz not null default '-infinity';
