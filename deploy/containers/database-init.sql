-- A database and a user for each store; membership is made by the image. The passwords are set afterwards, see
-- docs/operations/install.md: this file is no place for them.
create user membership;
create user meetings;
create user commitments;
create user reporting;
alter database membership owner to membership;
create database meetings owner meetings;
create database commitments owner commitments;
create database reporting owner reporting;
