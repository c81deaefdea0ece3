"""The questions of form B, for every account that is signed in: they are public knowledge."""

from typing import Any

from domain.standards.parts import Text
from domain.standards.questions import QuestionSet
from domain.standards.score_card import ImportedCard
from domain.standards.standard import Standard
from service.access.authorization import RequestContext, Rule
from service.http.parsing import language
from service.http.routes import ApiBlueprint
from service.standards import score_cards
from service.standards.permissions import May
from service.standards.schemas import QuestionsQuery, QuestionsSchema, ScoreCardsSchema

routes = ApiBlueprint(
    "standards",
    __name__,
    url_prefix="/api/v1",
    description="The questions of form B, and the score cards of B1.",
)

READ = Rule(May.READ_STANDARDS)


@routes.get("/questions", rule=READ, query=QuestionsQuery, answer=QuestionsSchema)
def list_questions(context: RequestContext) -> Any:
    """The questions of form B by the standard of a day, with the definition of each indicator."""
    on = context.query["on"] or context.today
    standards = context.services.application.standards
    standard = standards.in_force(on)
    return {"on": on, **_body(standard, standards.questions_of(standard), language())}


@routes.get("/score-cards", rule=READ, answer=ScoreCardsSchema)
def list_score_cards(context: RequestContext) -> Any:
    """The score cards of B1 that were imported, by standard, area type and region."""
    return {
        "score_cards": [
            _card_body(one.card) | {"in_use": one.newest} for one in score_cards.listed(context)
        ]
    }


def _card_body(imported: ImportedCard) -> dict[str, Any]:
    card = imported.card
    return {
        "name": imported.name,
        "version": card.version,
        "standard": card.standard,
        "area_type": card.area_type,
        "region": card.region,
        "areas": list(card.areas),
        "document": imported.document,
        "imported_by": imported.imported_by,
        "imported_at": imported.imported_at,
        "items": len(card.items),
    }


def _body(standard: Standard, asked: QuestionSet | None, spoken: str) -> dict[str, Any]:
    def said(text: Text | None) -> str:
        return text.in_language(spoken) if text else ""

    reads = {one.indicator: one.reads for one in asked.tests} if asked else {}
    return {
        "standard": standard.id,
        "edition": asked.edition if asked else "",
        "form": asked.form if asked else "",
        "missing": said(asked.missing) if asked else "",
        "indicators": [
            {
                "code": one.code,
                "name": said(one.name),
                "deprived_when": getattr(one.deprived_when, "en" if spoken == "en" else "vi"),
                "certainty": one.deprived_when.certainty,
                "questions": list(reads.get(one.code, ())),
            }
            for one in standard.indicators
        ],
        "questions": [
            {
                "code": one.code,
                "kind": one.kind,
                "text": said(one.text),
                "help": said(one.help),
                "choices": [{"code": c.code, "text": said(c.text)} for c in one.choices],
                "most": one.most,
                "certainty": one.certainty,
            }
            for one in (asked.questions if asked else ())
        ],
    }
