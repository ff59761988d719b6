-- Programs from schema 3 on work with it.
-- The brief beside the workbook; and which version it is of the reports from one conference to another. Reports of
-- before have no version.
alter table report add column brief blob;
alter table report add column series text not null default '';
alter table report add column version integer not null default 0;
-- It was counted, and not asked for as a version that there is already.
alter table report add column is_counted integer not null default 0;
create unique index report_by_version on report (series, version) where is_counted;
