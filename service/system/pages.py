"""Page of operations: ledger, read models, parked aggregates, queues, last backup.

Auditors and inspectors read it; the administrator retries parked aggregates and rebuilds.
"""

from typing import Any

import redis
from flask import flash, redirect, request, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from domain.jobs.leases import Overtaken
from projections import catch_up, status
from projections.engine import parking
from projections.read_models import MODELS
from projections.rebuild import progress, rebuild_job
from service.access.authorization import RequestContext, Rule
from service.nudge import queue_lengths
from service.operations.backups import last_backup
from service.system.permissions import May
from service.ui import forms, render
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("operations", __name__)

NAMES = [model.name for model in MODELS]
PARKED = 100


class RebuildForm(forms.QueryForm):
    """One read model, or all of them."""

    model = fields.String(load_default=None, validate=validate.OneOf(NAMES))


class RetryForm(forms.QueryForm):
    """One parked aggregate of one read model."""

    model = fields.String(required=True, validate=validate.OneOf(NAMES))
    originator = fields.UUID(required=True)


def _rebuild(context: RequestContext) -> tuple[Field, ...]:
    models = tuple(Choice(name, name) for name in NAMES)
    return (
        Field("model", gettext("Bảng tổng hợp"), "choice", choices=models, verbatim=True,
              blank=gettext("Tất cả")),
    )  # fmt: skip


REBUILD = Form(RebuildForm, _rebuild)


@pages.get("/van-hanh", rule=Rule(May.WATCH_SYSTEM))
def operations(context: RequestContext) -> str:
    """Shows the whole state on one page."""
    services = context.services
    with services.reading() as conn:
        values: dict[str, Any] = {
            "standing": status.ledger_status(conn),
            "parked": parking.listed(conn, PARKED),
            "rebuilds": [progress.get(conn, one) for one in progress.unfinished(conn)],
            "backup": last_backup(conn),
        }
    values |= {
        "queues": _queues(context),
        "title": gettext("Vận hành"),
        "filled": REBUILD.bound(context),
    }
    if request.headers.get("X-Part") == "now":
        return render.render("system/now.html", **values)
    return render.render("system/operations.html", **values)


@pages.post("/van-hanh/dung-lai", rule=Rule(May.MEND_SYSTEM), form=REBUILD, again=operations)
def rebuild(context: RequestContext) -> Any:
    """Requests a rebuild of read models beside the live ones; workers run it."""
    name = context.body["model"]
    try:
        rebuild_job.request(context.services.pool, [name] if name else None)
        flash(
            gettext("Đã bắt đầu tổng hợp lại; bảng đang dùng vẫn phục vụ cho đến khi hoàn thành.")
        )
    except rebuild_job.RebuildUnderWay:
        flash(gettext("Bảng này đang được tổng hợp lại."), "warn")
    context.services.nudge.resume_jobs()
    return redirect(url_for("operations.operations"), 303)


@pages.post("/van-hanh/thu-lai", rule=Rule(May.MEND_SYSTEM), form=RetryForm)
def retry(context: RequestContext) -> Any:
    """Retries the events behind a parked aggregate."""
    model = next(one for one in MODELS if one.name == context.body["model"])
    try:
        taken = catch_up.unpark(
            context.services.pool, context.services.keyring, model, context.body["originator"]
        )
        flash(gettext("Đã xử lý %(n)s lần ghi chờ.", n=render.format_number(taken)))
    except (catch_up.StillFailing, Overtaken):
        flash(gettext("Xử lý lại chưa thành công, lỗi chưa được khắc phục."), "warn")
    return redirect(url_for("operations.operations"), 303)


def _queues(context: RequestContext) -> dict[str, int] | None:
    """Waiting messages by queue, None where Redis does not answer."""
    settings = context.services.settings
    try:
        return queue_lengths(settings.redis_url, settings.instance)
    except redis.RedisError:
        return None
