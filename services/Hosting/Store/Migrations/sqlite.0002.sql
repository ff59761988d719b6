-- What the contract of the packages rcp.*.v1 needs. Resources that were recorded before it have other fields: they are
-- not read wrongly, but recorded again. SQLite says the name of the constraint.
create temp table old_record (
    changes integer constraint "This file holds a record that was made before version 1 of the API. Record it again: move the data folder away, start, and import" check (changes = 0)
);
insert into old_record (changes) select count(*) from change;
drop table old_record;

alter table change add column corrected_version integer not null default 0;
alter table change add column reason text not null default '';
-- The resource was what the change carries once it was made: false for the correction of an older version.
alter table change add column is_current integer not null default 1;

-- A resource that ended or was retracted: its name stays taken, and its history stays.
alter table record add column removed integer not null default 0;
