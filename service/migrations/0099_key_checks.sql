-- A fingerprint of each key that this database was written with, so that a wrong key is refused at
-- the start and not discovered at the first name that cannot be read.

create table office.key_checks (
    key text primary key,
    fingerprint bytea not null check (octet_length(fingerprint) = 16)
);

grant select, insert on office.key_checks to socai_app;
