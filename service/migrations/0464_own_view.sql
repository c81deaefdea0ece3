-- Pages that households opened with a one-time code. The cookie holds a secret of 256 random bits;
-- only its SHA-256 is kept here. One code opens one page: a repeat of the same request within a
-- minute gets another secret for it.

create table office.own_view_sessions (
    code_id uuid primary key,
    household_id uuid not null,
    digest bytea not null unique check (octet_length(digest) = 32),
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    ends_at timestamptz not null
);

create index own_view_sessions_household on office.own_view_sessions (household_id);

grant select, insert, update, delete on office.own_view_sessions to socai_app;

-- A household that looks at itself leaves a line too.
alter table office.read_log drop constraint read_log_what_check;
alter table office.read_log add constraint read_log_what_check check (
    what in (
        'file', 'history', 'search', 'list', 'export', 'import', 'replay', 'log', 'identity',
        'own_view'
    )
);
