-- Not everybody may see the resource: what is recorded below it has to say who may see it.
alter table record add column restricted boolean not null default false;

-- The resource as which this one goes on, after the two turned out to be one.
alter table record add column merged_into text collate "C";
