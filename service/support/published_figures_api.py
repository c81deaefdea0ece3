"""Published figures over the API: what is stated, and where it is computed."""

from typing import Any

from marshmallow import fields, validate

from service.access.authorization import RequestContext, Rule
from service.http.parsing import Output, language
from service.http.routes import ApiBlueprint
from service.support.permissions import May
from service.support.published_figures import PublishedFigure, Wording, figures

routes = ApiBlueprint(
    "published figures",
    __name__,
    url_prefix="/api/v1/published-figures",
    description="Figures that articles state, with the address that computes each.",
)

PRECISIONS = ("exact", "over", "about")


class FigureSourceSchema(Output):
    """The article that states a figure, and the day that it is taken for."""

    place = fields.String(required=True)
    published = fields.String(required=True)
    as_of = fields.Date(required=True)


class PublishedFigureSchema(Output):
    """A figure. The value at `pointer` of `get`, divided by `scale`, is in the unit of `stated`.

    `get` and `pointer` are null where the system does not compute it yet; `why` says why. `quote`
    are the words of the article, in Vietnamese; `precision` says whether they give the figure as
    exact, as what it is over, or as about that.
    """

    figure = fields.String(required=True)
    title = fields.String(required=True)
    stated = fields.String(required=True)
    unit = fields.String(required=True)
    precision = fields.String(required=True, validate=validate.OneOf(PRECISIONS))
    quote = fields.String(required=True)
    scale = fields.Integer(required=True)
    get = fields.String(required=True, allow_none=True)
    pointer = fields.String(required=True, allow_none=True)
    source = fields.Nested(FigureSourceSchema, required=True)
    why = fields.String()
    differs = fields.String()


class PublishedFiguresSchema(Output):
    """All figures."""

    items = fields.List(fields.Nested(PublishedFigureSchema), required=True)


@routes.get("", rule=Rule(May.READ_FIGURES), answer=PublishedFiguresSchema)
def list_published_figures(context: RequestContext) -> Any:
    """Every published figure with the address and the pointer by which it is computed."""
    return {"items": [_shown(one) for one in figures()]}


def _shown(one: PublishedFigure) -> dict[str, Any]:
    found: dict[str, Any] = {
        "figure": one.figure,
        "title": _text(one.title),
        "stated": one.stated,
        "unit": one.unit,
        "precision": one.precision,
        "quote": one.quote,
        "scale": one.scale,
        "get": one.get or None,
        "pointer": one.pointer or None,
        "source": one.source,
    }
    for name, said in (("why", one.why), ("differs", one.differs)):
        if said is not None:
            found[name] = _text(said)
    return found


def _text(said: Wording) -> str:
    return said.en if language() == "en" else said.vi
