"""Refused forms: the page of each is kept for a while, at an address that may be asked for again.

A browser that sends a form and is refused is led to the page of the form, with the form's key in
the address. Back and a reload then find there what was typed and what is wrong, as often as they
ask. The page is sealed, bound to the session, and dropped once the form is recorded; the page that
shows the empty form checks all rights first. docs/decisions/0276 says why.
"""

import hashlib
import json
import re
import zlib
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, current_app, g, make_response, redirect, request, session, url_for
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from service.services import Services
from service.ui import forms, kept_forms
from service.ui.i18n import in_language

PARAMETER = "bieu-mau"
SOME_KEPT = "refused"  # in the session, once a form of it was kept
KEPT_FOR = 3600  # seconds
MOST_BYTES = 200_000
MOST_AT_ONCE = 20  # pages of one session: the oldest goes first
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_COME_LATER = 429


class Place(NamedTuple):
    """The page that shows a form: its endpoint, and the values of its path."""

    endpoint: str
    values: dict[str, Any]

    @property
    def address(self) -> str:
        """The address of the page."""
        return url_for(self.endpoint, **self.values)


class Slot(NamedTuple):
    """Where the page of a refused form is kept: whose it is, of which page and form."""

    owner: str
    place: str
    key: str

    @property
    def about(self) -> str:
        """What the seal is bound to."""
        return "\0".join(("refused", *self))


def settled(services: Services, response: Response, shown_by: str) -> Response:
    """The answer of a page as a browser gets it: a form that was refused by an address, and the
    page of a refused form in place of the empty one.

    `shown_by` is the view that shows the form, where it is not sent to its own page.
    """
    if not _owner() or "X-Part" in request.headers:
        return response
    if request.method == "GET":
        return _shown(services, response)
    if request.method == "POST" and response.mimetype != "application/json":
        return _answered(services, response, shown_by)
    return response


def forget(services: Services) -> None:
    """Drops what is kept of the form of this request, which is sent to its own page."""
    slot = _slot_of_form(place_of_form(""))
    if slot is not None:
        _drop(services, slot)


def is_asked_for() -> bool:
    """Whether this request asks for the page of a refused form."""
    return request.method == "GET" and PARAMETER in request.args


def _owner() -> str:
    """The session that the pages are bound to: of an account, or of a household at its own view;
    "" for none."""
    owner: str = g.get("form_owner", "")
    return owner


def _shown(services: Services, response: Response) -> Response:
    key = request.args.get(PARAMETER, "")
    if not _KEY.fullmatch(key) or response.status_code != 200 or response.mimetype != "text/html":
        return response
    place = Place(request.endpoint or "", request.view_args or {})
    page = _kept(services, Slot(_owner(), _named(place), key))
    if page is not None:
        language, html = page
        response.set_data(html)
        response.headers["Content-Language"] = language
    return response


def _answered(services: Services, response: Response, shown_by: str) -> Response:
    place = place_of_form(shown_by)
    slot = _slot_of_form(place)
    if slot is None or place is None:
        return response
    if not _is_form_again(response):
        if response.status_code < 400:
            _drop(services, slot)
        return response
    if not _is_of_a_window() or not _keep(services, slot, response.get_data(as_text=True)):
        return response
    session[SOME_KEPT] = True
    given = [pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER]
    if place.endpoint != _own_endpoint():
        given = []
    address = f"{place.address}?{urlencode([*given, (PARAMETER, slot.key)])}"
    return make_response(redirect(address, 303))


def _is_form_again(response: Response) -> bool:
    """Whether the answer is the form, refused or shown again, and nothing was recorded."""
    if response.mimetype != "text/html" or response.status_code == _COME_LATER:
        return False
    shown_again: bool = response.status_code == 200 and g.typed.shown_again
    return shown_again or 400 <= response.status_code < 500


def _is_of_a_window() -> bool:
    """Whether a window of a browser asks: only that has a way back. A program gets the answer."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is None:  # an old browser, or one without TLS
        return request.headers.get("Upgrade-Insecure-Requests") == "1"
    return mode == "navigate"


def _slot_of_form(place: Place | None) -> Slot | None:
    key = request.form.get(forms.KEY, "")
    if place is None or not _owner() or not _KEY.fullmatch(key):
        return None
    return Slot(_owner(), _named(place), key)


def place_of_form(shown_by: str) -> Place | None:
    """The page that shows the form of this request: at its own path, or that of a view."""
    values = dict(request.view_args or {})
    own = _own_endpoint()
    if own:
        return Place(own, values)
    endpoint = f"{request.blueprint}.{shown_by}"
    if endpoint not in current_app.view_functions:
        return None
    for rule in current_app.url_map.iter_rules(endpoint):
        if "GET" in (rule.methods or ()) and rule.arguments <= set(values):
            return Place(endpoint, {name: values[name] for name in rule.arguments})
    return None


def _own_endpoint() -> str:
    """The endpoint of the page at the very path that the form was sent to; "" where none is."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.url_rule is None:
        return ""
    try:
        rule, _values = adapter.match(method="GET", return_rule=True)
    except HTTPException:
        return ""
    return str(rule.endpoint) if rule.rule == request.url_rule.rule else ""


def _named(place: Place) -> str:
    return json.dumps([place.endpoint, sorted((k, str(v)) for k, v in place.values.items())])


def _keep(services: Services, slot: Slot, html: str) -> bool:
    """Keeps the page of a form in place of the one before; False where it cannot be kept."""
    plain = zlib.compress(json.dumps([in_language(), html]).encode())
    if len(plain) > MOST_BYTES:
        return False
    name, index = _name(services, slot.about), _name(services, f"refused of {slot.owner}")
    try:
        pipe = services.redis.pipeline()
        pipe.set(name, kept_forms.seal(services, plain, slot.about), ex=KEPT_FOR)
        pipe.lrem(index, 0, name)
        pipe.lpush(index, name)
        pipe.expire(index, KEPT_FOR)
        pipe.lrange(index, MOST_AT_ONCE, -1)
        pipe.ltrim(index, 0, MOST_AT_ONCE - 1)
        oldest = pipe.execute()[4]
        if oldest:
            services.redis.delete(*oldest)
    except RedisError:
        return False
    return True


def _kept(services: Services, slot: Slot) -> tuple[str, str] | None:
    """The language and the text of a page that is kept."""
    try:
        sealed: Any = services.redis.get(_name(services, slot.about))
    except RedisError:
        return None
    plain = kept_forms.unseal(services, sealed, slot.about) if sealed else None
    if plain is None:
        return None
    language, html = json.loads(zlib.decompress(plain))
    return language, html


def _drop(services: Services, slot: Slot) -> None:
    try:
        services.redis.delete(_name(services, slot.about))
    except RedisError:  # it ends by itself
        return


def _name(services: Services, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"{services.settings.instance}:refused:{digest}"
