"""Programmes, benefits and rates: read by all accounts, defined by the officer of a province."""

from datetime import date
from typing import Any

from domain.support.programme import (
    Benefit,
    Node,
    Qualification,
    Rate,
)
from domain.support.programme_commands import (
    ChangeRate,
    CloseProgramme,
    DefineBenefit,
    DefineProgramme,
)
from projections.support import programmes
from projections.support.programmes import ProgrammeRow
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.commands import etag
from service.http.parsing import language
from service.http.routes import Answer, ApiBlueprint
from service.problems import NoSuchThing
from service.support import places
from service.support.answers import RecordedSchema, record
from service.support.permissions import May
from service.support.programme_schemas import (
    BenefitBody,
    BenefitsQuery,
    BenefitsSchema,
    ClosingBody,
    ProgrammeBody,
    ProgrammeSchema,
    ProgrammesQuery,
    ProgrammesSchema,
    RateBody,
)

routes = ApiBlueprint(
    "programmes",
    __name__,
    url_prefix="/api/v1",
    description="Programmes of support with their benefits and rates.",
)

READ = Rule(May.READ_PROGRAMMES)
DEFINE = Rule(May.DEFINE_PROGRAMMES, asked_area)
CHANGE = Rule(May.DEFINE_PROGRAMMES, places.programme)
SHOWN_BY = ("programmes",)
ADDRESS = "/api/v1/programmes/{programme}"
# An account reads its own paper: what it defines was seen.
SEEN = "seen"


@routes.get("/programmes", rule=READ, query=ProgrammesQuery, answer=ProgrammesSchema)
def list_programmes(context: RequestContext) -> Any:
    """Programmes and policies, national and local, with their trees and benefits."""
    on, areas = context.query["on"], None
    if context.query["area"]:
        directory = context.services.areas()
        unit = directory.resolved(context.query["area"], on or context.today)
        areas = list(directory.offices_over(unit, on or context.today))
    with context.services.reading() as conn:
        found = programmes.programmes(conn, on=on, areas=areas)
    return {"items": [_shown(one, on or context.today) for one in found]}


@routes.get(
    "/programmes/<programme:programme>",
    rule=READ,
    answer=ProgrammeSchema,
    etag=True,
    errors=(404,),
)
def get_programme(context: RequestContext, programme: str) -> Any:
    """One programme with its tree and the benefits of today."""
    with context.services.reading() as conn:
        found = programmes.programme(conn, programme)
    if found is None:
        raise NoSuchThing
    return Answer(_shown(found, context.today), 200, {"ETag": etag(found.version)})


@routes.get("/benefits", rule=READ, query=BenefitsQuery, answer=BenefitsSchema)
def list_benefits(context: RequestContext) -> Any:
    """The benefits of all programmes in force on a day, each with its rate if it is known."""
    on, wanted = context.query["on"] or context.today, context.query["programme"]
    with context.services.reading() as conn:
        found = programmes.programmes(conn, on=on)
    rows = [row for row in found if wanted in ("", row.code)]
    return {"on": on, "items": [one for row in rows for one in _benefits(row, on)]}


@routes.post(
    "/programmes",
    rule=DEFINE,
    body=ProgrammeBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-01-05",
        "document": {"number": "37/2025/NQ-HĐND"},
        "code": "hue-nq-37-2025",
        "title": "Chính sách hỗ trợ hộ nghèo của tỉnh",
        "area": "46",
        "valid_from": "2023-01-01",
        "valid_until": "2025-12-31",
        "nodes": [{"code": "cash", "kind": "policy", "title": "Hỗ trợ thu nhập"}],
    },
)
def define_programme(context: RequestContext) -> Answer:
    """Define a local programme: a resolution of the province or commune, with its tree."""
    body = context.body
    command = DefineProgramme(
        code=body["code"],
        title=body["title"],
        title_en=body["title_en"],
        level="local",
        area=context.area,
        valid_from=body["valid_from"],
        valid_until=body["valid_until"],
        nodes=tuple(Node(certainty=SEEN, **one) for one in body["nodes"]),
    )
    return record(context, command, SHOWN_BY, ADDRESS.format(programme=body["code"]))


@routes.post(
    "/programmes/<programme:programme>/benefits",
    rule=CHANGE,
    body=BenefitBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-01-05",
        "document": {"number": "37/2025/NQ-HĐND"},
        "code": "monthly_cash",
        "node": "cash",
        "title": "Hỗ trợ thu nhập hằng tháng",
        "content": "income",
        "counted": "household",
        "period": "month",
        "classes": ["poor"],
        "source": "37/2025/NQ-HĐND",
    },
)
def define_benefit(context: RequestContext, programme: str) -> Answer:
    """Define a benefit of a programme, from `effective_on` on."""
    body = context.body
    benefit = Benefit(
        qualification=Qualification(
            tuple(body["classes"]), body["newly_escaped"], tuple(body["groups"]),
            tuple(_resolved(context, one) for one in body["areas"]),
        ),
        certainty=SEEN,
        **{name: body[name] for name in _BENEFIT},
    )  # fmt: skip
    return record(
        context, DefineBenefit(programme, benefit), SHOWN_BY, ADDRESS.format(programme=programme)
    )


@routes.post(
    "/programmes/<programme:programme>/rates",
    rule=CHANGE,
    body=RateBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-01-05",
        "document": {"number": "37/2025/NQ-HĐND"},
        "benefit": "monthly_cash",
        "valid_from": "2023-01-01",
        "per": "month",
        "amount": 500000,
        "source": "37/2025/NQ-HĐND",
    },
)
def change_rate(context: RequestContext, programme: str) -> Answer:
    """Set a rate of a benefit for some days; one that is not known has no amount."""
    body = context.body
    unknown = body["amount"] is None and body["at_most"] is None
    rate = Rate(certainty="unknown" if unknown else SEEN, **{name: body[name] for name in _RATE})
    return record(
        context, ChangeRate(programme, rate), SHOWN_BY, ADDRESS.format(programme=programme)
    )


@routes.post(
    "/programmes/<programme:programme>/closing",
    rule=CHANGE,
    body=ClosingBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-06-30",
        "document": {"number": "40/2025/NQ-HĐND"},
        "reason": "Nghị quyết hết hiệu lực",
    },
)
def close_programme(context: RequestContext, programme: str) -> Answer:
    """End a programme; `effective_on` is its last day."""
    command = CloseProgramme(programme, context.body["reason"])
    return record(context, command, SHOWN_BY, ADDRESS.format(programme=programme))


_BENEFIT = (
    "code", "node", "title", "content", "counted", "period", "source", "title_en", "note",
    "note_en",
)  # fmt: skip
_RATE = (
    "benefit", "valid_from", "valid_until", "per", "amount", "at_most", "source", "note",
    "note_en",
)  # fmt: skip


def _resolved(context: RequestContext, unit: str) -> str:
    return context.services.areas().resolved(unit, context.body["effective_on"])


def _shown(row: ProgrammeRow, on: date) -> dict[str, Any]:
    """A programme in the reader's language."""
    return {
        **{name: getattr(row, name) for name in
           ("id", "version", "code", "level", "area", "valid_from", "last_day")},
        "title": _spoken(row.body.title, row.body.title_en),
        "nodes": [
            {**{name: getattr(one, name) for name in ("code", "parent", "kind", "certainty")},
             "title": _spoken(one.title, one.title_en)}
            for one in row.body.nodes
        ],
        "sources": row.body.sources,
        "benefits": _benefits(row, on),
    }  # fmt: skip


def _benefits(row: ProgrammeRow, on: date) -> list[dict[str, Any]]:
    """The benefits of a day, each with its rate."""
    shown = []
    for one in row.benefits(on):
        rate = row.rate(one.code, on)
        known = rate is not None and rate.certainty != "unknown"
        shown.append(
            {
                **{name: getattr(one, name) for name in _BENEFIT},
                "programme": row.code,
                "title": _spoken(one.title, one.title_en),
                "note": _spoken(one.note, one.note_en),
                "certainty": one.certainty,
                "classes": one.qualification.classes,
                "newly_escaped": one.qualification.newly_escaped,
                "groups": one.qualification.groups,
                "areas": one.qualification.areas,
                "rate": rate and {
                    **{name: getattr(rate, name) for name in _RATE},
                    "certainty": rate.certainty,
                    "note": _spoken(rate.note, rate.note_en),
                },
                "rate_known": known,
            }
        )  # fmt: skip
    return shown


def _spoken(vietnamese: str, english: str) -> str:
    return english if english and language() == "en" else vietnamese
