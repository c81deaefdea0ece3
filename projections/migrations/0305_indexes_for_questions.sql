-- Indexes of read models by which questions read no more than they show: the length of a list is
-- counted without its rows, the deprivations of a province are read from an index alone, and withdrawn
-- findings, which are few, are found at once. Tables that are made
-- later have them from the list of read models (`projections.read_models`).
do $$
begin
    if to_regclass('read.register') is not null then
        drop index if exists read.register_area;
        create index register_area on read.register (area, name_key, household_id)
            include (class, ended);
    end if;
    if to_regclass('read.findings') is not null then
        create index if not exists findings_deprived
            on read.findings (household_id, effective_on, seq) include (recorded_at, codes)
         where kind = 'deprived';
        create index if not exists findings_withdrawn
            on read.findings (household_id, effective_on, seq) where kind = 'withdrawn';
    end if;
end
$$;
