-- Programs from schema 3 on work with it.
-- The brief beside the workbook; and which version it is of the reports from one conference to another. Reports of
-- before have no version.
alter table report
    add column brief   bytea,
    add column series  text collate "C" not null default '',
    add column version bigint not null default 0,
    -- It was counted, and not asked for as a version that there is already.
    add column is_counted boolean not null default false;
create unique index report_by_version on report (series, version) where is_counted;
