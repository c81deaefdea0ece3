"""Texts in the reader's language: the catalogue is looked up once for each request.

Catalogues are read from `translations/*/LC_MESSAGES/messages.po` when the process starts; there
is no compiled file that could differ from its source.
"""

from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g, request
from flask_babel import Babel, Domain, get_locale, get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
LANGUAGE_COOKIE = "language"
_MOST_TEXTS = 8_192  # of the templates, in both languages, kept as they are put on a page


class Catalogues(Domain):
    """The texts of every language, from their .po files."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the request's language; Vietnamese is the source and has none."""
        return catalogue_of(str(get_locale()))


class PageTexts(Babel):
    """Flask-Babel on the catalogues of `Catalogues`."""

    domain_instance = Catalogues()


@cache
def catalogue_of(language: str) -> NullTranslations:
    """The catalogue of one language; an empty one where there is no .po file."""
    source = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def in_language() -> str:
    """ "vi", or "en" where English was chosen: by the cookie, never by guessing."""
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
    words = catalogue()
    return _marked(words, text) % values if values else _whole(words, text)


@lru_cache(maxsize=_MOST_TEXTS)
def _marked(words: Any, text: str) -> Markup:
    return Markup(words.ugettext(text))  # noqa: S704


@lru_cache(maxsize=_MOST_TEXTS)
def _whole(words: Any, text: str) -> Markup:
    """A text that takes no values."""
    return _marked(words, text) % {}


def lazy(text: str) -> LazyString:
    """A text that is put into words when it is shown: for lists that are made once."""
    return LazyString(lambda: str(catalogue().ugettext(text)))
