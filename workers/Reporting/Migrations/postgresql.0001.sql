-- Every version of every resource that was consumed. Rows are only ever added, so that the order in which changes
-- arrive, and how often, makes no difference.
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
    primary key (resource_name, resource_version)
);
create unique index version_by_position on version (service, position);

create table report (
    name     text collate "C" not null primary key,
    state    bytea not null,
    workbook bytea not null
);
