-- When a backup was last written, for the page of the administrator. The backup itself is a file
-- that its operator keeps elsewhere.

create table office.backups (
    id bigint generated always as identity primary key,
    finished_at timestamptz not null default now(),
    bytes bigint not null
);

grant select on office.backups to socai_app;
