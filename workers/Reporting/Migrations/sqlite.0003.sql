-- Reports are asked for first and built afterwards, each by one worker at a time.
create table new_report (
    name         text not null primary key,
    state        blob not null,
    workbook     blob,
    -- Queued or being built.
    pending      integer not null default 0,
    -- Microseconds since 1970-01-01T00:00:00Z.
    request_time integer not null default 0,
    -- Until when the worker that builds it has it for itself.
    lease_until  integer not null default 0
);
insert into new_report (name, state, workbook) select name, state, workbook from report;
drop table report;
alter table new_report rename to report;
create index report_pending on report (request_time) where pending;
