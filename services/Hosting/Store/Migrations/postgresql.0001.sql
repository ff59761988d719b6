-- Names are compared byte by byte, so that pages have the same order on every machine.
create table record (
    name    text collate "C" not null primary key,
    type    text collate "C" not null,
    parent  text collate "C" references record (name),
    version bigint not null,
    state   bytea not null
);
create unique index record_by_type on record (type, name);

-- What lists filter by. The primary key is also the order in which a filtered list is paged.
create table record_key (
    type  text collate "C" not null,
    key   text collate "C" not null,
    value text collate "C" not null,
    name  text collate "C" not null references record (name) on delete cascade,
    primary key (type, key, value, name)
);
create index record_key_by_name on record_key (name);

-- The change log: audit trail, history for both clocks, source of the relay and of the feed.
-- `position` is given after the commit by one numberer at a time (see PostgresEngine), because
-- numbers taken inside transactions become visible out of order.
create table change (
    id               bigint generated always as identity primary key,
    position         bigint,
    change_id        uuid not null,
    resource_name    text collate "C" not null,
    resource_type    text collate "C" not null,
    resource_version bigint not null,
    kind             smallint not null,
    effective_date   text collate "C" not null,
    recorded_time    timestamptz not null,
    actor            text collate "C" not null,
    request_id       text collate "C" not null,
    request_hash     bytea not null,
    state            bytea not null,
    constraint change_version unique (resource_name, resource_version)
);
create unique index change_by_request on change (actor, request_id) where request_id <> '';
create unique index change_by_position on change (position) where position is not null;
create index change_unnumbered on change (id) where position is null;

create table log_reader (
    name     text not null primary key,
    position bigint not null
);
insert into log_reader (name, position) values ('relay', 0);
