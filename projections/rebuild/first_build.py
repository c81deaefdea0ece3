"""Begins the first build of all read models where a long ledger has none of it yet.

It is a rebuild: whole histories are loaded by any number of workers, and indexed afterwards. In the
order of the ledger one process would come across each household again and again.
"""

from collections.abc import Sequence

from domain.eventstore.postgres import Pool
from projections.engine.read_model import ReadModel
from projections.read_models import MODELS
from projections.rebuild import rebuild_job

LONG = 100_000  # events: some seconds of catching up

_IS_DUE = """
select case when exists (select from read.positions where seq > 0) then false
            else (select count(*) from (select from store.events limit %(long)s) e) >= %(long)s end
"""
_UNDER_WAY = """
select id from read.rebuilds where finished_at is null and models @> %(models)s::text[]
 order by id limit 1
"""


def begin(pool: Pool, known: Sequence[ReadModel] = MODELS, long: int = LONG) -> int | None:
    """The rebuild that makes all read models for the first time, begun now or under way.

    None where none is due: there are few events, or a read model has some of them already.
    `rebuild_job.work` does it.
    """
    with pool.connection() as conn:
        due = conn.execute(_IS_DUE, {"long": long}).fetchone()
        if due is None or not due[0]:
            return None
        names = [model.name for model in known]
        begun = conn.execute(_UNDER_WAY, {"models": names}).fetchone()
    if begun is not None:
        return int(begun[0])
    try:
        return rebuild_job.request(pool, known=known)
    except rebuild_job.RebuildUnderWay as other:
        return other.rebuild
