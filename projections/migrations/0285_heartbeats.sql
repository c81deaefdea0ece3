-- Which processes of the workers live: see projections/heartbeats.py. A crash of the server may
-- forget them all; those that live say so again within seconds.
create unlogged table read.heartbeats (
    host text not null,
    pid integer not null,
    born double precision not null,         -- by the clock of its host, in seconds since 1970
    does text[] not null,                   -- queues it takes from, or clock
    seen timestamptz not null,
    primary key (host, pid)
);
grant select, insert, update, delete on read.heartbeats to socai_app;
