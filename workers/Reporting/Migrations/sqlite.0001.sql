-- Every version of every resource that was consumed. Rows are only ever added, so that the order in which changes
-- arrive, and how often, makes no difference.
create table version (
    resource_name    text not null,
    resource_version integer not null,
    resource_type    text not null,
    service          text not null,
    position         integer not null,
    kind             integer not null,
    effective_date   text not null,
    recorded_time    integer not null, -- microseconds since 1970-01-01T00:00:00Z
    state            blob not null,
    primary key (resource_name, resource_version)
) without rowid;
create unique index version_by_position on version (service, position);

create table report (
    name     text not null primary key,
    state    blob not null,
    workbook blob not null
);
