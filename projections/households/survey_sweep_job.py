"""The sweep of surveys that were never recorded removes their drafts and their attachments.

A draft goes when it has expired. An attachment goes KEPT_DAYS after it was uploaded, unless a
survey of the household names it in an event, withdrawn or not, or it is marked as `recorded`: a
step of a support case marks what it names before it is decided. The events themselves are asked, as
a read model may lag. Nothing that an event names is ever removed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from domain.application import SocaiApplication
from domain.eventstore.postgres import Connection
from domain.households.events import Surveyed

KEPT_DAYS = 30
PLACE_PREFIX = "sha256:"
"""How the `place` of a survey names an attachment; any other is a text."""
_AT_ONCE = 100
_NONE = UUID(int=0)

# While a draft of the household lives, it may name what was uploaded for it.
_HOUSEHOLDS = """
select distinct a.household_id from office.attachments a
 where not a.recorded and a.household_id > %(after)s
   and greatest(a.uploaded_at, a.named_at) <= %(until)s
   and not exists (select 1 from office.survey_drafts d
                    where d.household_id = a.household_id and d.expires_at > %(now)s)
 order by a.household_id limit %(limit)s
"""
_ATTACHMENTS = """
select digest from office.attachments
 where household_id = %s and not recorded and greatest(uploaded_at, named_at) <= %s
   for update skip locked
"""


def remove_expired_drafts(conn: Connection, now: datetime) -> int:
    """Removes the drafts that have expired; returns how many."""
    return conn.execute("delete from office.survey_drafts where expires_at <= %s", [now]).rowcount


def remove_unnamed_attachments(application: SocaiApplication, now: datetime) -> int:
    """Removes the attachments that no survey names, a household at a time; returns how many."""
    until, after, removed = now - timedelta(days=KEPT_DAYS), _NONE, 0
    while True:
        with application.pool.connection() as conn:
            found = conn.execute(
                _HOUSEHOLDS, {"after": after, "until": until, "now": now, "limit": _AT_ONCE}
            ).fetchall()
        for (household_id,) in found:
            removed += _remove_of(application, household_id, until)
        if len(found) < _AT_ONCE:
            return removed
        after = found[-1][0]


def digests_named(attachments: Iterable[str], place: str) -> set[str]:
    """The digests of the attachments that a survey names."""
    named = set(attachments)
    if place.startswith(PLACE_PREFIX):
        named.add(place.removeprefix(PLACE_PREFIX))
    return named


def _remove_of(application: SocaiApplication, household_id: UUID, until: datetime) -> int:
    with application.pool.connection() as conn, conn.transaction():
        old = {digest for (digest,) in conn.execute(_ATTACHMENTS, [household_id, until])}
        named = _named(application, household_id) & {bytes(one).hex() for one in old}
        conn.execute(
            "update office.attachments set recorded = true"
            " where household_id = %s and digest = any(%s)",
            [household_id, [one for one in old if bytes(one).hex() in named]],
        )
        return conn.execute(
            "delete from office.attachments where household_id = %s and digest = any(%s)",
            [household_id, [one for one in old if bytes(one).hex() not in named]],
        ).rowcount


def _named(application: SocaiApplication, household_id: UUID) -> set[str]:
    """The digests that the surveys of a household name, those withdrawn too."""
    surveys = (
        event
        for event in application.households.events_of(household_id)
        if isinstance(event, Surveyed)
    )
    return {digest for one in surveys for digest in digests_named(one.attachments, one.place)}
