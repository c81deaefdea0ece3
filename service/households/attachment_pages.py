"""Attachments of form B from its page: uploaded into the draft, and looked at from the history."""

import secrets
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from service.access.authorization import RequestContext
from service.households import attachment_api, attachments, draft_pages
from service.households.attachments import PREFIX
from service.households.commands import MAY_SURVEY
from service.households.survey_drafts import DraftSave
from service.http.uploads import ONE_FILE
from service.problems import RequestError, status_of, title
from service.ui.forms import QueryForm
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("attachments_pages", __name__)


class PlaceForm(QueryForm):
    """The place that a phone gave; nothing where a photo is uploaded."""

    latitude = fields.Decimal(validate=validate.Range(-90, 90))
    longitude = fields.Decimal(validate=validate.Range(-180, 180))
    accuracy_m = fields.Integer(load_default=None, validate=validate.Range(0, 100_000))


@pages.get("/ho/<uuid:household_id>/tep/<string:digest>", rule=attachment_api.READ)
def attachment(context: RequestContext, household_id: UUID, digest: str) -> Response:
    """A photo, or a place as JSON. Reading is logged."""
    return attachment_api.shown(attachment_api.opened(context, household_id, digest))


@pages.post(
    "/ho/<uuid:household_id>/ghi/phieu-b/tep",
    rule=MAY_SURVEY,
    form=PlaceForm,
    upload=True,
    largest=ONE_FILE,
)
def upload(context: RequestContext, household_id: UUID) -> Any:
    """Keeps a photo or a place. A script gets its digest; else it goes into the draft."""
    by_script = "X-Part" in request.headers
    try:
        digest, place = _kept(context, household_id)
    except RequestError as refused:
        if by_script:
            said = title(refused.code, in_language())
            return jsonify({"code": refused.code, "title": said}), status_of(refused.code)
        raise
    if by_script:
        return jsonify({"digest": digest, "place": place})
    _put_into_draft(context, household_id, digest)
    flash(_("Đã nhận ảnh."))
    address = url_for("commands.show_form_b", household_id=household_id)
    return redirect(f"{address}#part-files", 303)


def _kept(context: RequestContext, household_id: UUID) -> tuple[str, str]:
    body = context.body
    if isinstance(body.get("latitude"), Decimal) and isinstance(body.get("longitude"), Decimal):
        digest = attachment_api.keep_place(context, household_id, body)
        return digest, f"{PREFIX}{digest}"
    content = attachments.content_of(request.files.get("file"))
    return attachment_api.keep_photo(context, household_id, content), ""


def _put_into_draft(context: RequestContext, household_id: UUID, digest: str) -> None:
    draft = draft_pages.read(context, household_id)
    inputs = dict(draft.inputs) if draft else {}
    known = inputs.get("attachments", [])
    inputs["attachments"] = [*([known] if isinstance(known, str) else known), digest]
    key = draft.form_key if draft else secrets.token_hex(16)
    version = draft.version if draft else 0
    given = DraftSave(secrets.token_urlsafe(12), 1, version, key, inputs)
    draft_pages.save(context, household_id, given)
