-- Programs from schema 1 on work with it.
alter table thing add column note text;
