-- What the worker consumed. It can be lost: the change feeds fill it again.

-- Every version of every resource. Rows are only ever added, so that the order in which changes arrive, and how
-- often, makes no difference.
create table version (
    resource_name    text collate "C" not null,
    resource_version bigint not null,
    resource_type    text collate "C" not null,
    service          text collate "C" not null,
    position         bigint not null,
    kind             integer not null,
    effective_date   text collate "C" not null,
    recorded_time    bigint not null, -- microseconds since 1970-01-01T00:00:00Z
    state            bytea not null,
    corrected_version bigint not null,
    reason           text not null,
    is_current       boolean not null,
    trace_parent     text not null, -- the call that made it, as W3C Trace Context; empty where it was not sampled
    primary key (resource_name, resource_version)
);
create unique index version_by_position on version (service, position);
create index version_by_trace on version (recorded_time) where trace_parent <> '';

-- What each resource is now, by its newest version but for corrections of older ones. What is no more stays, so that an
-- older change that comes late does not bring the resource back.
create table resource (
    resource_name    text collate "C" not null primary key,
    resource_type    text collate "C" not null,
    service          text collate "C" not null,
    resource_version bigint not null, -- the newest of all
    state_version    bigint not null, -- the one whose state it is; 0 while only corrections of older ones have come
    removed          boolean not null,
    state            bytea not null
);
create index resource_by_service on resource (service, resource_name);

-- How far each service's log is consumed: nothing at or below the position is missing but what `missing` has.
create table consumed (
    service   text collate "C" not null primary key,
    position  bigint not null,
    was_level boolean not null, -- the end of the log was reached once
    log_id    text collate "C" not null default '' -- which log it is; empty until the service was asked
);

-- Changes below that position that could not be taken in.
create table missing (
    service  text collate "C" not null,
    position bigint not null,
    primary key (service, position)
);
