"""The procedure of a review, for every account that is signed in: it is public knowledge."""

from typing import Any

from flask import Flask

from domain.reviews.brake import published_brakes
from domain.reviews.load import published
from service.access.authorization import RequestContext, Rule
from service.config import Settings
from service.http.parsing import language
from service.http.routes import ApiBlueprint
from service.reviews.permissions import May
from service.reviews.procedure_body import not_loaded_body, procedure_body, tracks_on
from service.reviews.schemas import EXAMPLE, ProceduresQuery, ProceduresSchema

routes = ApiBlueprint(
    "reviews", __name__, url_prefix="/api/v1", description="The review of households by a commune."
)

READ = Rule(May.READ_PROCEDURES)


def register(app: Flask, settings: Settings) -> None:
    """Reads the procedures and the brake at start: a malformed file stops the service there."""
    published()
    published_brakes()


@routes.get(
    "/procedures",
    rule=READ,
    query=ProceduresQuery,
    answer=ProceduresSchema,
    answer_example=EXAMPLE,
)
def list_procedures(context: RequestContext) -> Any:
    """The version of the procedure in force on a day, and what is not loaded."""
    procedures, spoken = published(), language()
    on = context.query["on"] or context.today
    version = procedures.on(on)
    tracks = tracks_on(version, on, context.query["track"])
    return {
        "on": on,
        "items": [procedure_body(version, tracks, spoken)],
        "not_loaded": [not_loaded_body(one, spoken) for one in procedures.not_loaded()],
    }
