-- What of the demo is loaded: it is loaded in pieces, and goes on where it was interrupted.

create table office.demo (
    piece text primary key,
    done_at timestamptz not null default now()
);

grant select, insert on office.demo to socai_app;
