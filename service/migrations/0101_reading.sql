-- Who read which household, and who opened an area that is not theirs.

-- A stated reason opens one area for reading, for a few hours.
create table office.access_grants (
    id uuid primary key,
    account text not null references office.accounts,
    area text not null,
    reason text not null check (length(reason) >= 10),
    granted_at timestamptz not null,
    expires_at timestamptz not null
);

create index access_grants_account on office.access_grants (account, expires_at);
create index access_grants_area on office.access_grants (area, granted_at);

-- Append-only. area is the household's area at the moment of reading.
create table office.read_log (
    id bigint generated always as identity primary key,
    read_at timestamptz not null,
    account text not null,
    role text not null,
    role_area text not null,
    household_id uuid not null,
    area text not null,
    what text not null check (what in ('file', 'history', 'search')),
    grant_id uuid references office.access_grants,
    request_id text not null
);

create index read_log_household on office.read_log (household_id, id);
create index read_log_area on office.read_log (area, id);
create index read_log_account on office.read_log (account, id);

create function office.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the read log is append-only';
end $$;

create trigger read_log_is_append_only before update or delete or truncate on office.read_log
    for each statement execute function office.refuse_change();

grant select, insert on office.access_grants, office.read_log to socai_app;
