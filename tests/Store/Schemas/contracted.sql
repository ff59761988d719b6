alter table thing drop column name;
