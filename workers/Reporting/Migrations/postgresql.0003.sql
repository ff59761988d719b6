-- Reports are asked for first and built afterwards, each by one worker at a time.
alter table report
    alter column workbook drop not null,
    -- Queued or being built.
    add column pending      boolean not null default false,
    -- Microseconds since 1970-01-01T00:00:00Z.
    add column request_time bigint not null default 0,
    -- Until when the worker that builds it has it for itself.
    add column lease_until  bigint not null default 0;
create index report_pending on report (request_time) where pending;
