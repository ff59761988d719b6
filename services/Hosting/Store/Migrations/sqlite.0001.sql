create table record (
    name    text not null primary key,
    type    text not null,
    parent  text references record (name),
    version integer not null,
    state   blob not null
) without rowid;
create unique index record_by_type on record (type, name);

-- What lists filter by. The primary key is also the order in which a filtered list is paged.
create table record_key (
    type  text not null,
    key   text not null,
    value text not null,
    name  text not null references record (name) on delete cascade,
    primary key (type, key, value, name)
) without rowid;
create index record_key_by_name on record_key (name);

-- The change log. SQLite has one writer at a time, so the position is final when it is taken.
create table change (
    position         integer primary key,
    change_id        text not null,
    resource_name    text not null,
    resource_type    text not null,
    resource_version integer not null,
    kind             integer not null,
    effective_date   text not null,
    recorded_time    integer not null, -- microseconds since 1970-01-01T00:00:00Z
    actor            text not null,
    request_id       text not null,
    request_hash     blob not null,
    state            blob not null,
    unique (resource_name, resource_version)
);
create unique index change_by_request on change (actor, request_id) where request_id <> '';

create table log_reader (
    name     text not null primary key,
    position integer not null
);
insert into log_reader (name, position) values ('relay', 0);
