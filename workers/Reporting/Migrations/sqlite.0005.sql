-- Programs from schema 3 on work with it.
-- Reports that are built without being asked for. Moments are microseconds since 1970-01-01T00:00:00Z.
create table schedule (
    name      text not null primary key,
    state     blob not null,
    next_time integer -- when it is due; null while it is paused, or while that is not known
) without rowid;

-- A row for each time that a schedule was due: one, however many workers saw that it was.
create table schedule_run (
    schedule     text not null,
    due_time     integer not null,
    state        blob not null,
    attempt_time integer, -- when it is looked at next; null once it has ended
    primary key (schedule, due_time)
) without rowid;
create index schedule_run_open on schedule_run (attempt_time) where attempt_time is not null;
