"""The problem of a possible match: what the reader may see of the households stands in its body."""

from flask import Flask, Response

from domain.matching.errors import PossibleMatch
from service.config import Settings
from service.http.lifecycle import problem_answer
from service.matching import presenter


def register(app: Flask, settings: Settings) -> None:
    """Answers a possible match wherever it is refused, and gives its words to the templates."""
    app.jinja_env.globals["match_words"] = presenter
    app.register_error_handler(PossibleMatch, _possible_match)


def _possible_match(refused: PossibleMatch) -> Response:
    return problem_answer(
        refused.code, refused.message, values=refused.values, also={"matching": refused.shown}
    )
