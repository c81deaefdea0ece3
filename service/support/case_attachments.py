"""Photos that are kept with a support case: uploaded with its steps, looked at from its page.

They are kept as those of form B are: stripped of what a camera writes, sealed under a key of the
household, named by the SHA-256 of what is kept (docs/decisions/0189).
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, g, request

from domain.support.case import SupportCase
from domain.support.case_commands import MOST_ATTACHMENTS
from service.access.authorization import RequestContext, Rule
from service.households import attachment_api, attachments
from service.households.attachment_api import AttachmentSchema, PhotoBody
from service.http.routes import Answer, ApiBlueprint
from service.http.uploads import ONE_FILE
from service.problems import NoSuchThing, RequestError
from service.support import places
from service.support.permissions import May
from service.ui.page_routes import PageBlueprint

routes = ApiBlueprint(
    "case attachments",
    __name__,
    url_prefix="/api/v1",
    description="Photos of support cases, sealed and named by their content.",
)
pages = PageBlueprint("case_attachments", __name__)

UPLOAD = Rule(May.WORK_ON_CASES, places.case)
READ = Rule(May.READ_CASE_PHOTOS, places.case)
FILES = "files"
"""The input of the forms of a case that takes photos."""
SEVERAL = frozenset({FILES, "attachments"})
BESIDE = {
    "photo_refused": FILES,
    "too_many_attachments": FILES,
    "attachment_unknown": FILES,
    "too_many_photos": FILES,
    "digest_invalid": FILES,
}


class TooManyPhotos(RequestError):
    """A form of a case takes at most 20 photos; none is left out unsaid."""

    code = "too_many_photos"


class AttachmentUnknown(RequestError):
    """An attachment that a step names was not uploaded for its household."""

    code = "attachment_unknown"


def hold(context: RequestContext, household_id: UUID, digests: Sequence[str]) -> None:
    """Keeps attachments that a step of a case is about to name from the sweep of uploads.

    Raises AttachmentUnknown unless each was uploaded for the household.
    """
    if not digests:
        return
    with context.services.reading() as conn:
        kept = attachments.hold(conn, household_id, digests)
    if missing := set(digests) - kept:
        raise AttachmentUnknown(attachments=len(missing))


def of_form(context: RequestContext, household_id: UUID) -> tuple[str, ...]:
    """The digests of the photos of a form: those that came with it, and those kept before.

    They stay in the form where it is refused. Raises TooManyPhotos, PhotoRefused,
    TooManyAttachments, AttachmentUnknown.
    """
    before = request.form.getlist("attachments")
    files = [one for one in request.files.getlist(FILES) if one.filename]
    if len(before) + len(files) > MOST_ATTACHMENTS:
        raise TooManyPhotos(at_most=MOST_ATTACHMENTS)
    hold(context, household_id, before)
    digests = list(before)
    for file in files:
        content = attachments.content_of(file)
        digests.append(attachment_api.keep_photo(context, household_id, content))
        g.typed.values["attachments"] = digests
    hold(context, household_id, digests)
    return tuple(dict.fromkeys(digests))


def _opened(context: RequestContext, case_id: UUID, photo: str) -> Response:
    """A photo that the case names. Reading is logged."""
    case = context.services.application.support.find(SupportCase, case_id)
    if case is None or photo not in case.attachments:
        raise NoSuchThing
    return attachment_api.shown(attachment_api.opened(context, case.household_id, photo))


@routes.post(
    "/cases/<uuid:case_id>/attachments",
    rule=UPLOAD,
    keyed=False,
    body=PhotoBody,
    body_is="form",
    largest=ONE_FILE,
    answer=AttachmentSchema,
    statuses=(201,),
)
def add_case_photo(context: RequestContext, case_id: UUID) -> Answer:
    """Upload a photo for a step of the case, which names it by its digest."""
    case = context.services.application.support.find(SupportCase, case_id)
    if case is None:
        raise NoSuchThing
    content = attachments.content_of(context.body["file"])
    digest = attachment_api.keep_photo(context, case.household_id, content)
    return Answer({"digest": digest}, 201)


@routes.get(
    "/cases/<uuid:case_id>/attachments/<string:photo>",
    rule=READ,
    answer=None,
    content={"type": "string", "format": "binary"},
    content_type="image/jpeg",
)
def get_case_photo(context: RequestContext, case_id: UUID, photo: str) -> Response:
    """A photo of the case. Reading is logged."""
    return _opened(context, case_id, photo)


@pages.get("/ho-so-ho-tro/<uuid:case_id>/tep/<string:photo>", rule=READ)
def attachment(context: RequestContext, case_id: UUID, photo: str) -> Any:
    """A photo of the case. Reading is logged."""
    return _opened(context, case_id, photo)
