"""The problem of a possible match: what the reader may see of the households stands in its body."""

from flask import Flask, Response

from domain.matching.errors import PossibleMatch
from service.http.lifecycle import problem_answer


def register(app: Flask) -> None:
    """Answers a possible match wherever it is refused."""
    app.register_error_handler(PossibleMatch, _possible_match)


def _possible_match(refused: PossibleMatch) -> Response:
    return problem_answer(
        refused.code, refused.message, values=refused.values, also={"matching": refused.shown}
    )
