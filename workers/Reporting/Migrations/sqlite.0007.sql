-- Programs from schema 3 on work with it.
-- The templates with which briefs were made, so that a brief made again is the same file.
create table brief_template (
    sha256 text not null primary key, -- of the file, lower-case hexadecimal
    file   blob not null
);
