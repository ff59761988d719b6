-- What the contract of the packages rcp.*.v1 needs. Resources that were recorded before it have other fields: they are
-- not read wrongly, but recorded again.
do $$
begin
    if exists (select from change) then
        raise exception 'This database holds a record that was made before version 1 of the API. Record it again: make an empty '
            'database, run `platform migrate`, and import.';
    end if;
end
$$;

alter table change
    add column corrected_version bigint not null default 0,
    add column reason            text not null default '',
    -- The resource was what the change carries once it was made: false for the correction of an older version.
    add column is_current        boolean not null default true;

-- A resource that ended or was retracted: its name stays taken, and its history stays.
alter table record
    add column removed boolean not null default false;
