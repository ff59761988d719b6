create table thing (id integer not null primary key, name text not null);
