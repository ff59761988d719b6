-- Programs from schema 3 on work with it.
-- Whether others were told that a report is ready. Of those of before nobody has to be told any more, nor of those that a
-- program of before builds.
alter table report add column announced boolean not null default true;
create index report_unannounced on report (name) where not announced;
