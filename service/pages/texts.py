"""Texts in the language of whoever reads: the catalogue is looked up once for each request."""

from typing import Any

from flask import g, request
from flask_babel import get_translations
from flask_babel.speaklater import LazyString

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
LANGUAGE_COOKIE = "language"


def in_language() -> str:
    """ "vi", or "en" for whoever chose English: by the cookie, never by guessing."""
    if "language" not in g:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else "vi"
    return str(g.language)


def catalogue() -> Any:
    """The texts of the request's language."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def lazy(text: str) -> LazyString:
    """A text that is put into words when it is shown: for lists that are made once."""
    return LazyString(_said, text)


def _said(text: str) -> str:
    return str(catalogue().ugettext(text))
