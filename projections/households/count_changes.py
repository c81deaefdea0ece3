"""Writes the SQL of the changes of counts: by unit, class and day, as known now or at a moment.

The sum of the changes up to a day is what a unit has on that day. The read model `counts` has them
by the day in Việt Nam on which they became known: of all days before that of the moment they are
added up, and of its own day the spans that became known, or no longer were, up to the moment.
"""

from datetime import datetime, time

from domain.calendar import VIETNAM, day_of
from domain.eventstore.postgres import Connection

COLUMNS = (
    "area, class, effective_on, households, persons, no_labour_capacity, ethnic_minority,"
    " meritorious"
)
_NOW = f"(select {COLUMNS} from read.counts)"
_HERE = "(%(units)s::text[] is null or area = any(%(units)s))"
_OF_SPANS = """
select area, class, day as effective_on, known * sign as households,
       known * sign * persons as persons,
       known * sign * no_labour_capacity::integer as no_labour_capacity,
       known * sign * ethnic_minority::integer as ethnic_minority,
       known * sign * meritorious::integer as meritorious
  from ({}) s cross join lateral (values (valid_from, 1), (valid_to, -1)) as at (day, sign)
"""
_KNOWN_THAT_DAY = _OF_SPANS.format(
    f"""select *, 1 as known from read.status_spans
         where scope = 'national' and {_HERE}
           and known_from >= %(known_since)s and known_from <= %(known_at)s
        union all
        select *, -1 from read.status_spans
         where scope = 'national' and {_HERE}
           and known_to >= %(known_since)s and known_to <= %(known_at)s"""
)
_THEN = f"""(
select {COLUMNS} from read.counts where known_on < %(known_on)s and {_HERE}
union all {_KNOWN_THAT_DAY})"""
_THEN_BY_SPANS = "({})".format(
    _OF_SPANS.format(
        f"""select *, 1 as known from read.status_spans
             where scope = 'national' and {_HERE}
               and known_from <= %(known_at)s and known_to > %(known_at)s"""
    )
)


def changes(conn: Connection, known_at: datetime | None) -> str:
    """The relation of all changes known at a moment, None being now, with these COLUMNS.

    Its parameters are `units` (None: all) and those of `known`.
    """
    if known_at is None:
        return _NOW
    row = conn.execute("select version from read.positions where model = 'counts'").fetchone()
    # Rows of an older version, which serve until they are made again, do not say when.
    return _THEN if row is not None and row[0] >= 2 else _THEN_BY_SPANS


def known(known_at: datetime | None) -> dict[str, object]:
    """The parameters that say as known when: the moment, its day, and when that day began."""
    if known_at is None:
        return {"known_at": None}
    day = day_of(known_at)
    since = datetime.combine(day, time.min, VIETNAM)
    return {"known_at": known_at, "known_on": day, "known_since": since}
