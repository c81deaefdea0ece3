"""How the system runs: the ledger, the read models and what is parked, queues, the last backup.

Whoever watches sees it; the administrator retries what is parked and rebuilds.
"""

from typing import Any

import redis
from flask import flash, redirect, request, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from projections import catching_up, parking, rebuilding
from projections.queries import rebuilds, standing
from projections.registry import MODELS
from service.access import Asked
from service.backups import last_backup
from service.nudge import queue_lengths
from service.pages import showing, typed
from service.pages.frame import Pages
from service.permissions import May, Rule

pages = Pages("operations", __name__)

NAMES = [model.name for model in MODELS]
PARKED = 100


class RebuildForm(typed.Form):
    """One read model, or all of them."""

    model = fields.String(load_default=None, validate=validate.OneOf(NAMES))


class RetryForm(typed.Form):
    """One parked aggregate of one read model."""

    model = fields.String(required=True, validate=validate.OneOf(NAMES))
    originator = fields.UUID(required=True)


@pages.get("/van-hanh", rule=Rule(May.WATCH_SYSTEM))
def operations(asked: Asked) -> str:
    """Everything at a glance."""
    wiring = asked.wiring
    with wiring.reading() as conn:
        values: dict[str, Any] = {
            "standing": standing.standing(conn),
            "parked": parking.listed(conn, PARKED),
            "rebuilds": [rebuilds.get(conn, one) for one in rebuilds.unfinished(conn)],
            "backup": last_backup(conn),
        }
    values |= {"queues": _queues(asked), "title": gettext("Vận hành")}
    if request.headers.get("X-Part") == "now":
        return showing.show("operations/now.html", **values)
    return showing.show("operations/operations.html", **values)


@pages.post("/van-hanh/dung-lai", rule=Rule(May.MEND_SYSTEM), form=RebuildForm)
def rebuild(asked: Asked) -> Any:
    """Make read models anew beside the live ones; workers do it."""
    name = asked.body["model"]
    try:
        rebuilding.request(asked.wiring.pool, [name] if name else None)
        flash(gettext("Đã bắt đầu dựng lại; bản đang dùng vẫn phục vụ cho đến khi xong."))
    except rebuilding.RebuildUnderWay:
        flash(gettext("Bản này đang được dựng lại rồi."), "warn")
    asked.wiring.nudge.resume_jobs()
    return redirect(url_for("operations.operations"), 303)


@pages.post("/van-hanh/thu-lai", rule=Rule(May.MEND_SYSTEM), form=RetryForm)
def retry(asked: Asked) -> Any:
    """Take in what waited behind a parked aggregate, if its cause is mended."""
    model = next(one for one in MODELS if one.name == asked.body["model"])
    try:
        taken = catching_up.unpark(
            asked.wiring.pool, asked.wiring.keyring, model, asked.body["originator"]
        )
        flash(gettext("Đã nhận %(n)s sự kiện chờ.", n=showing.figure(taken)))
    except (catching_up.StillFailing, catching_up.Overtaken):
        flash(gettext("Vẫn chưa nhận được: nguyên nhân còn đó."), "warn")
    return redirect(url_for("operations.operations"), 303)


def _queues(asked: Asked) -> dict[str, int] | None:
    """Waiting messages by queue, None where Redis does not answer."""
    settings = asked.wiring.settings
    try:
        return queue_lengths(settings.redis_url, settings.instance)
    except redis.RedisError:
        return None
