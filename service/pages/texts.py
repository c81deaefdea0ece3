"""Texts in the language of whoever reads: the catalogue is looked up once for each request."""

from typing import Any

from flask import g, request
from flask_babel import get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
LANGUAGE_COOKIE = "language"


def in_language() -> str:
    """ "vi", or "en" for whoever chose English: by the cookie, never by guessing."""
    known = g.get("language")
    if known is None:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        known = g.language = chosen if chosen in LANGUAGES else "vi"
    return str(known)


def catalogue() -> Any:
    """The texts of the request's language."""
    known = g.get("catalogue")
    if known is None:
        known = g.catalogue = get_translations()
    return known


def said(text: str, **values: Any) -> Markup:
    """`_` of the templates: a text of ours with values put in, which are escaped."""
    return Markup(catalogue().ugettext(text)) % values  # noqa: S704


def lazy(text: str) -> LazyString:
    """A text that is put into words when it is shown: for lists that are made once."""
    return LazyString(lambda: str(catalogue().ugettext(text)))
