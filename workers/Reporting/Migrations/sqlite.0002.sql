-- The history is in a projection of its own (Migrations/Projection), which the change feeds fill.
drop table version;

-- Messages that could not be handled and changes that could not be taken in, until they are, or until an operator
-- gives them up; those stay, with the reason.
create table dead_letter (
    id             text not null primary key, -- a UUID of version 7: in the order in which they failed
    service        text not null,
    change_id      text not null,
    position       integer not null,
    resource_name  text not null,
    reason         text not null,
    fault          text not null,
    body           blob not null,
    failed_time    integer not null, -- microseconds since 1970-01-01T00:00:00Z
    discard_reason text not null default '',
    discarded_by   text not null default '',
    discard_time   integer,
    unique (service, change_id)
) without rowid;
create index dead_letter_by_position on dead_letter (service, position);
