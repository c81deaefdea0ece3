-- Sessions of people who signed in to the pages. The cookie holds a secret of 256 random bits; only
-- its SHA-256 is kept here. `credential` names the password in force at sign-in: another password
-- ends every session of the account.

create table office.sessions (
    digest bytea primary key check (octet_length(digest) = 32),
    account text not null references office.accounts,
    credential bytea not null,
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    ends_at timestamptz not null
);

create index sessions_account on office.sessions (account);

grant select, insert, update, delete on office.sessions to socai_app;
