"""Drafts of form B are opened with its page, saved as it is filled in, and removed once recorded.

A form that a script saves says which device it is and numbers its saves; without a script each
button "Tiếp tục" saves. The key of the first save stays that of the form, so that it is recorded
once, from whatever device it is sent.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import g, request
from werkzeug.datastructures import MultiDict

from domain.eventstore.errors import SubjectKeyExists
from service.access.authorization import RequestContext, own_name
from service.households import survey_drafts
from service.households.survey_drafts import Draft, DraftChanged, DraftSave, Inputs
from service.ui import forms
from service.ui.forms import BoundForm, Section
from service.ui.page_routes import typed_values

DEVICE, NUMBER, SEEN = "_device", "_number", "_draft"
PART = "draft"
_NO_CONTENT = (
    *forms.OF_THE_FORM, DEVICE, NUMBER, SEEN, "step", "preview", "discard", "names_passed",
)  # fmt: skip
_LONGEST_NUMBER = 15
T = TypeVar("T")


def read(context: RequestContext, household_id: UUID) -> Draft | None:
    """The draft of this account for a household, if there is one."""
    services = context.services
    with services.reading() as conn:
        return survey_drafts.read(
            conn, services.keyring, household_id, own_name(context), services.clock()
        )


def opened(draft: Draft, sections: tuple[Section, ...]) -> BoundForm:
    """The form with the inputs of a draft; those that the draft does not have are as at first."""
    typed: MultiDict[str, Any] = MultiDict()
    for one in (field for part in sections for field in part.fields):
        if one.name not in draft.inputs and one.first:
            typed.setlist(one.name, [one.first] if isinstance(one.first, str) else list(one.first))
    for name, value in draft.inputs.items():
        typed.setlist(name, value if isinstance(value, list) else [value])
    g.typed.values, g.typed.key = typed_values(typed), draft.form_key or g.typed.key
    return BoundForm(sections, typed)


def save_typed(context: RequestContext, household_id: UUID) -> int:
    """Saves what the form of this request holds. Raises DraftChanged, DraftTooLarge."""
    return save(context, household_id, _save_of_form())


def save(context: RequestContext, household_id: UUID, given: DraftSave) -> int:
    """Saves a draft of this account; the version after it. Raises DraftChanged, DraftTooLarge."""
    services, account = context.services, own_name(context)

    def once() -> int:
        sealer = services.keyring.sealer([household_id])
        with services.pool.connection() as conn, conn.transaction():
            return survey_drafts.save(conn, sealer, household_id, account, given, services.clock())

    return _twice_at_most(once)


def discard(context: RequestContext, household_id: UUID) -> None:
    """Removes the draft of this account."""
    with context.services.pool.connection() as conn:
        survey_drafts.delete(conn, household_id, own_name(context))


def refuse_other_device(context: RequestContext, household_id: UUID) -> None:
    """Raises DraftChanged where another device has saved what this form has not seen."""
    draft, given = read(context, household_id), _save_of_form()
    if draft is not None and draft.device != given.device and draft.version != given.version:
        raise DraftChanged(version=draft.version, saved_at=draft.saved_at.isoformat())


def of_page(draft: Draft | None, version: int | None = None) -> dict[str, Any]:
    """What the page says of its draft: the device, the number of the next save, the version read;
    of a form that was sent, those it came with, or the `version` that it was refused for."""
    if request.method == "POST":
        given = _save_of_form()
        seen = given.version if version is None else version
        return {"device": given.device, "number": given.number + 1, "version": seen, "kept": None}
    return {
        "device": secrets.token_urlsafe(12),
        "number": 1,
        "version": draft.version if draft else 0,
        "kept": draft,
    }


def device_key(context: RequestContext, household_id: UUID) -> str:
    """The key of what a device keeps of this account's form: only a page of the account has it."""
    about = f"draft on a device\0{own_name(context)}\0{household_id}".encode()
    key = hmac.digest(context.services.settings.session_key, about, hashlib.sha256)
    return base64.b64encode(key).decode()


def _save_of_form() -> DraftSave:
    inputs: Inputs = {
        name: values[0] if len(values) == 1 else values
        for name, values in request.form.lists()
        if name not in _NO_CONTENT
    }
    return DraftSave(
        device=request.form.get(DEVICE, "")[:60],
        number=_whole(NUMBER),
        version=_whole(SEEN),
        form_key=g.typed.key[:200],
        inputs=inputs,
    )


def _whole(name: str) -> int:
    text = request.form.get(name, "")
    readable = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if readable else 0


def _twice_at_most(act: Callable[[], T]) -> T:
    """Does it once more where the household got its key at the same moment."""
    try:
        return act()
    except SubjectKeyExists:
        return act()
