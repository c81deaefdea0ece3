-- The list of a province by village takes the first of each unit out of an index, and figures as known
-- at a moment are read by when spans became known, or no longer were. Tables that are made later have
-- these from the list of read models (`projections.read_models`).
do $$
begin
    if to_regclass('read.register') is not null then
        create index if not exists register_villages
            on read.register (area, village_key, name_key, household_id) include (class, ended);
    end if;
    if to_regclass('read.status_spans') is not null then
        drop index if exists read.status_spans_area;
        create index status_spans_area on read.status_spans (area, known_from);
        create index if not exists status_spans_closed on read.status_spans (area, known_to)
         where known_to < '9999-01-01 00:00:00+00';
        create index if not exists status_spans_now
            on read.status_spans (area, class, valid_from, valid_to)
            include (household_id, persons)
         where scope = 'national' and known_to = '9999-12-31T23:59:59.999999+00:00';
    end if;
end
$$;
