"""Attachments of form B by the API: photos and places are uploaded, and read by who may."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from flask import Response
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from domain.eventstore.errors import SubjectKeyExists
from domain.eventstore.personal import Sealer
from domain.eventstore.postgres import Connection
from service.access import authorization
from service.access.authorization import RequestContext, Rule, own_name
from service.access.read_log import note_read
from service.households import attachments
from service.households.attachments import PLACE, PREFIX, Attachment
from service.households.commands import MAY_SURVEY, ONE
from service.households.permissions import May
from service.http.parsing import Input, Output, Whole
from service.http.routes import Answer, ApiBlueprint
from service.http.uploads import ONE_FILE
from service.problems import NoSuchThing

READ = Rule(May.READ_ATTACHMENTS, authorization.household)
ATTACHMENT = f"{ONE}/attachments/<string:digest>"
PLACE_EXAMPLE = {"latitude": 16.46371, "longitude": 107.59087, "accuracy_m": 12}
T = TypeVar("T")

routes = ApiBlueprint(
    "attachments",
    __name__,
    url_prefix="/api/v1/households",
    description="Photos and places of form B, sealed and named by their content.",
)


class PhotoBody(Input):
    """A photo of the visit: JPEG or PNG, at most 5 MB."""

    file = Upload(required=True, metadata={"description": "The photo (.jpg, .png)."})


class Degrees(fields.Float):
    """An angle between bounds, as a number of JSON."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(required=True, validate=validate.Range(least, most))

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class PlaceBody(Input):
    """The place of the visit, in degrees (WGS 84), and how exact it is, in metres."""

    latitude = Degrees(-90, 90)
    longitude = Degrees(-180, 180)
    accuracy_m = Whole(0, 100_000, load_default=None, allow_none=True)


class AttachmentSchema(Output):
    """What a survey names: the digest in `attachments`, or `place`."""

    digest = fields.String(required=True)
    place = fields.String()


def keep(context: RequestContext, household_id: UUID, act: Callable[[Connection, Sealer], T]) -> T:
    """Keeps an attachment in one transaction; once more where the household got its key at the
    same moment."""
    for last in (False, True):
        sealer = context.services.keyring.sealer([household_id])
        try:
            with context.services.pool.connection() as conn, conn.transaction():
                return act(conn, sealer)
        except SubjectKeyExists:
            if last:
                raise
    raise AssertionError("the loop ends by return or raise")


def keep_photo(context: RequestContext, household_id: UUID, content: bytes) -> str:
    """Keeps a photo of this account; its digest. Raises PhotoRefused, TooManyAttachments."""
    services, account = context.services, own_name(context)
    return keep(
        context,
        household_id,
        lambda conn, sealer: attachments.keep_photo(
            conn, sealer, household_id, account, content, services.clock()
        ),
    )


def keep_place(context: RequestContext, household_id: UUID, body: dict[str, Any]) -> str:
    """Keeps a place of this account; its digest. Raises TooManyAttachments."""
    services, account = context.services, own_name(context)
    return keep(
        context,
        household_id,
        lambda conn, sealer: attachments.keep_place(
            conn, sealer, household_id, account, body["latitude"], body["longitude"],
            body["accuracy_m"], services.clock(),
        ),
    )  # fmt: skip


def opened(context: RequestContext, household_id: UUID, digest: str) -> Attachment:
    """An attachment of a household, with a line in the read log. Raises NoSuchThing."""
    services = context.services
    named = len(digest) == 64 and not set(digest) - set("0123456789abcdef")
    with services.reading() as conn:
        found = (
            attachments.open_attachment(conn, services.keyring, household_id, digest)
            if named
            else None
        )
    if found is None:
        raise NoSuchThing
    note_read(context, household_id, context.area, "file")
    return found


@routes.post(
    f"{ONE}/attachments",
    rule=MAY_SURVEY,
    keyed=False,
    body=PhotoBody,
    body_is="form",
    largest=ONE_FILE,
    answer=AttachmentSchema,
    statuses=(201,),
)
def add_photo(context: RequestContext, household_id: UUID) -> Answer:
    """Upload a photo for form B. The same photo again has the same digest and is kept once."""
    content = attachments.content_of(context.body["file"])
    return Answer({"digest": keep_photo(context, household_id, content)}, 201)


@routes.post(
    f"{ONE}/places",
    rule=MAY_SURVEY,
    keyed=False,
    body=PlaceBody,
    answer=AttachmentSchema,
    statuses=(201,),
    example=PLACE_EXAMPLE,
)
def add_place(context: RequestContext, household_id: UUID) -> Answer:
    """Keep the place of a visit for form B; its `place` is what the survey says."""
    digest = keep_place(context, household_id, context.body)
    return Answer({"digest": digest, "place": f"{PREFIX}{digest}"}, 201)


@routes.get(ATTACHMENT, rule=READ, answer=None, content={"type": "string", "format": "binary"},
            content_type="image/jpeg")  # fmt: skip
def get_attachment(context: RequestContext, household_id: UUID, digest: str) -> Response:
    """A photo, or a place as JSON. Reading is logged."""
    return shown(opened(context, household_id, digest))


def shown(found: Attachment) -> Response:
    """An attachment as an answer, which no cache keeps."""
    kind, content = found.kind, found.content
    if kind == PLACE:
        place = msgspec.json.decode(content)
        place.pop("random")
        kind, content = "application/json", msgspec.json.encode(place)
    answer = Response(content, mimetype=kind)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline"
    return answer
