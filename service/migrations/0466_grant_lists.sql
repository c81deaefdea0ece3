-- Lists of recipients of a benefit, as an office uploads them: the file sealed under a key that is
-- itself sealed under the key of the list, and what was found of each row, without names or numbers
-- of persons. Destroying the key of the list makes its file unreadable, in every backup as well.

create table office.grant_lists (
    id uuid primary key,
    area text not null,
    programme text not null,
    benefit text not null,
    period date not null,
    line_id uuid not null,
    amount bigint check (amount > 0),
    unit text not null default '',
    effective_on date not null,
    account text not null references office.accounts,
    requested_at timestamptz not null,
    file_digest bytea not null,
    file_bytes integer not null check (file_bytes > 0),
    sealed_key bytea,
    file bytea,
    status text not null default 'waiting' check (status in ('waiting', 'checked', 'refused')),
    refusal text not null default '',
    rows jsonb not null default '[]',
    fitting integer not null default 0,
    refused integer not null default 0,
    checked_at timestamptz,
    batch_id uuid
);

create index grant_lists_area on office.grant_lists (area, requested_at);
create index grant_lists_waiting on office.grant_lists (id) where status = 'waiting';

grant select, insert, update on office.grant_lists to socai_app;
