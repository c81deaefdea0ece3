"""What all pages need of the application: languages, cookies, our own files, the first page,
help."""

import hashlib
import hmac
from typing import Any, cast

from flask import Flask, Response, current_app, g, redirect, request, send_from_directory, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate
from werkzeug.local import LocalProxy

from service.access.authorization import PUBLIC, SIGNED_IN, RequestContext, allow
from service.config import Settings
from service.services import current_services
from service.ui import (
    chart_svg,
    forms,
    i18n,
    kept_forms,
    labels,
    navigation,
    offline,
    page_routes,
    render,
)
from service.ui.page_routes import PAGE, POLICY, PageBlueprint, page_headers
from service.ui.urls import local_path

ONE_YEAR = 31_536_000

pages = PageBlueprint("start", __name__)


class LanguageForm(forms.QueryForm):
    """The language to read in, and where to go on."""

    language = fields.String(required=True, validate=validate.OneOf(list(i18n.LANGUAGES)))
    next = fields.String(load_default="/")


@pages.get("/", rule=SIGNED_IN)
def first(context: RequestContext) -> Any:
    """To where the account begins."""
    return redirect(navigation.home_address(context), 303)


@pages.post("/ngon-ngu", rule=PUBLIC, form=LanguageForm)
def choose_language(context: RequestContext) -> Any:
    """Keep the language for a year, and go on where one was."""
    response = redirect(local_path(context.body["next"]), 303)
    response.set_cookie(
        i18n.LANGUAGE_COOKIE,
        context.body["language"],
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


@pages.get("/tro-giup", rule=PUBLIC)
def help_page(context: RequestContext) -> str:
    """What the words mean in law, and how to work here."""
    return render.render("ui/help.html")


def static(name: str) -> Response:
    """Our own styles and scripts; kept by browsers for as long as the address stays the same."""
    response = send_from_directory("static", name)
    kept = "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
    response.headers["Cache-Control"] = kept
    return response


def service_worker() -> Response:
    """The script that keeps a surveyor's pages on the phone, at the root: it is for all pages."""
    response = send_from_directory("static", "service-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    return response


@pages.get("/khong-ket-noi", rule=PUBLIC)
def without_connection(context: RequestContext) -> str:
    """What a phone shows in place of a page that it does not keep."""
    offline.keep_page(context)
    return render.render("ui/without_connection.html", title=_("Không có kết nối"))


setattr(static, PAGE, True)
setattr(service_worker, PAGE, True)
pages.add_url_rule(
    "/service-worker.js", "service_worker", allow(PUBLIC)(service_worker), methods=["GET"]
)
pages.add_url_rule("/static/<path:name>", "static", allow(PUBLIC)(static), methods=["GET"])


def register(app: Flask, settings: Settings) -> None:
    """Sets up what pages need; the blueprints are registered beside those of the API."""
    secure = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=hmac.digest(settings.session_key, b"pages", hashlib.sha256),
        SESSION_COOKIE_NAME="__Host-socai" if secure else "socai",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
    )
    i18n.PageTexts(app, locale_selector=i18n.in_language)
    i18n.catalogue_of("en")
    app.extensions["socai-error-page"] = _error_page
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        figure=render.format_number,
        percent=render.percent,
        permille=render.permille,
        day=render.day,
        moment=render.moment,
        moment_in_sentence=render.moment_in_sentence,
        day_of_moment=render.day_of_moment,
    )
    app.jinja_env.globals.update(
        _=i18n.said,
        asset=render.asset,
        drawn=chart_svg.drawn,
        csrf=page_routes.csrf_token,
        made_for=_made_for,
        typed=LocalProxy(_typed),
        yes_no=render.yes_no,
        known_position=render.known_position,
        languages=i18n.LANGUAGES,
        in_language=i18n.in_language,
        may=navigation.may,
        may_here=navigation.may_here,
        has_page=navigation.has_page,
        unit_name=navigation.unit_name,
        now=lambda: current_services().clock(),
        age=render.age,
        nav_links=navigation.links,
        area_address=navigation.area_address,
        words=labels,
        word=labels.word,
    )
    app.context_processor(_of_request)


def _typed() -> page_routes.Typed:
    """What was typed into the form that comes back; nothing where none was sent."""
    if "typed" not in g:
        g.typed = page_routes.Typed()
    return cast(page_routes.Typed, g.typed)


def _made_for() -> str:
    """The token by which a form says for which account it was made; "" without an account."""
    context = g.get("context")
    account = context.account if context is not None else None
    return kept_forms.made_for(account.account) if account is not None else ""


def _of_request() -> dict[str, Any]:
    context = g.get("context")
    back = request.full_path.rstrip("?") if request.method == "GET" else url_for("start.first")
    return {
        "context": context,
        "account": context.account if context is not None else None,
        "back": back,
    }


def _error_page(body: dict[str, Any], headers: dict[str, str]) -> Response | None:
    """The problem as a page, where a page was asked for; None where a program asks."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, PAGE, False) and not render.wants_page():
        return None
    if "context" not in g:
        g.context = RequestContext(current_services(), request_id=g.request_id)
    return page_headers(render.error_page(body, headers))
