-- Programs from schema 3 on work with it.
-- Reports that are built without being asked for. Moments are microseconds since 1970-01-01T00:00:00Z.
create table schedule (
    name      text collate "C" not null primary key,
    state     bytea not null,
    next_time bigint -- when it is due; null while it is paused, or while that is not known
);

-- A row for each time that a schedule was due: one, however many workers saw that it was.
create table schedule_run (
    schedule     text collate "C" not null,
    due_time     bigint not null,
    state        bytea not null,
    attempt_time bigint, -- when it is looked at next; null once it has ended
    primary key (schedule, due_time)
);
create index schedule_run_open on schedule_run (attempt_time) where attempt_time is not null;
