"""The routes of the pages. Every page is made by `PageBlueprint`, on the frame of all routes.

A page is a function of what was asked and of the values of its path. It returns HTML (made by
`service.ui.render.render`) or a response. A form is posted with a CSRF token, the key that makes
a repeat harmless, and, where it changes a household, the version that was read.

A CSRF token proves that a page of the same session showed the form. It is a nonce, signed under the
secret of the browser's session: it differs from page to page, so that what a compressed answer
weighs tells nothing about it, and it holds as long as the session does.

A refused form comes back by the view that shows it (`again`), with all that was typed and the
reason beside the input, at an address that Back finds again (`refused_forms`). Pages allow nothing
from elsewhere and no inline script or style.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from itsdangerous import BadSignature, Signer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from domain.errors import Refusal
from service.access import authentication
from service.access.authentication import Account
from service.access.authorization import RequestContext, done_before
from service.access.errors import NotAllowed, NotSignedIn, OutsideArea, PasswordToChange
from service.http import parsing
from service.http.routes import LONGEST_WITHOUT_ACCOUNT, Path, RouteFrame, RouteOptions, View
from service.problems import BodyTooLarge, FieldsRefused, FormExpired, NoSuchThing, RequestError
from service.services import Services, current_services
from service.ui import form_errors, forms, kept_forms, refused_forms
from service.ui.forms import Form
from service.ui.i18n import in_language
from service.ui.render import render

SESSION, ENDS = "id", "ends"
_CSRF_KEPT_AS = "csrf_token"
# The name space of command ids made from an account and the key of its form.
_KEYS = UUID("0c1d1d0e-3f6b-5d0a-8a51-6c5f0e2b9a47")
SHOWN = 80  # letters of what was typed that a summary repeats
# Where a password is chosen, and what an account may do before it has chosen one.
CHOOSING = "account_pages.own"
_BEFORE_CHOOSING = {
    CHOOSING,
    "account_pages.change_password",
    "signing_in.sign_out",
    "start.static",
    "start.help_page",
    "start.choose_language",
}
PAGE = "__page__"
# Every page says for which session it was made, by a digest: what a phone keeps is bound to it.
MADE_FOR, NO_SESSION = "X-Session", "none"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# What a script asks for when a day is typed: the form as it is on that day. Nothing is recorded.
BY_DAY = "by-day"
NO_FILES: MultiDict[str, Any] = MultiDict()
# Errors of requests that are an answer to what was typed, and so belong beside the form.
_ABOUT_THE_FORM = {
    "fields_refused",
    "dates_reversed",
    "roles_exclude",
    "account_taken",
    "other_administrator",
    "stale_version",
}


@dataclass(slots=True)
class Typed:
    """What was typed into the form of this page, and what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    given_back: bool = False
    shown_again: bool = False
    """Whether the form is only shown again with more than before; nothing is recorded."""
    had_files: bool = False
    """Whether files came with the form: the inputs of a page cannot be given them back."""
    labels: dict[str, tuple[str, bool]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)
    matches: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid4().hex)
    wrong_fields: FieldsRefused | None = None
    """What the schema of the form refuses."""

    def value(self, name: str, otherwise: Any = "") -> Any:
        """What stands in an input: as typed, else as it is."""
        if not self.values:
            return otherwise
        return self.values.get(name, "")

    def many(self, name: str, otherwise: Any = ()) -> list[str]:
        """What is chosen where several may be."""
        found = self.values.get(name) if self.values else otherwise
        return [str(one) for one in ([found] if isinstance(found, str) else found or [])]

    def labelled(self, name: str, label: Any, *, says: bool = True) -> str:
        """Notes the label of an input, for the summary of what is wrong; writes nothing.

        `says` is false where what is typed is a code of a list,
        or must not be shown.
        """
        self.labels[name] = (str(label), says)
        return ""

    def offers(self, name: str) -> bool:
        """Whether a list of suggestions is still to be written on this page: each is once."""
        if name in self.offered:
            return False
        self.offered.add(name)
        return True

    @property
    def wrong(self) -> list[tuple[str, str, str, str]]:
        """What is wrong, in the order of the inputs: name, label, what was typed, and the reason.

        The label is "" where the page has no such input; what was typed where it is not shown.
        """
        order = {name: at for at, name in enumerate(self.labels)}
        found = []
        for name in sorted(self.errors, key=lambda name: order.get(name, len(order))):
            label, says = self.labels.get(name, ("", False))
            value = self.values.get(name, "")
            shown = value.strip()[:SHOWN] if says and isinstance(value, str) else ""
            found.append((name, label, shown, self.errors[name]))
        return found

    def error(self, name: str) -> str:
        """What is wrong with an input, "" if nothing is."""
        return self.errors.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOptions(RouteOptions):
    """What one page takes; see `PageBlueprint.get` and `PageBlueprint.post`."""

    form: Form | None = None
    again: View | None = None
    beside: dict[str, str] | None = None
    upload: bool = False
    gives_back: bool = False
    page: str = ""
    several: frozenset[str] = frozenset()

    @property
    def shown_by(self) -> str:
        """The name of the view whose page shows the form, where it is not sent to its own page."""
        return self.page or (self.again.__name__ if self.again is not None else "")

    @property
    def comes_back(self) -> bool:
        """Whether a form that was sent can be shown again with what was typed."""
        return self.again is not None or self.gives_back


class PageBlueprint(RouteFrame[PageOptions], Blueprint):
    """A blueprint of pages; none can be made without a rule."""

    def get(self, path: str, **declared: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """A page to read: `rule`, and `query`, whose unreadable values are left out."""
        return self.framed("GET", path, PageOptions(**declared))

    def post(self, path: str, **declared: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """A form to send: `rule`, `form`, and `again`, the view that shows it with what is wrong.

        `form` is a `Form`, or the schema of one that is read by its schema alone.

        `beside` maps codes of refusals to the input that they are shown at. A form whose session
        has ended is given back by `again`, or, with `gives_back`, by the view itself, which then
        records nothing (`g.typed.given_back`). `page` names the view of the page with the form,
        where neither the form's own path nor `again` is one. `several` are inputs beside those of
        `form` that may be sent more than once.
        """
        form = declared.get("form")
        if form is not None and not isinstance(form, Form):
            declared["form"] = Form(form)
        return self.framed("POST", path, PageOptions(**declared))

    def described(self, enter: View, view: View, options: PageOptions) -> View:
        """The function, marked as that of a page."""
        setattr(enter, PAGE, True)
        return enter

    def identify(self, context: RequestContext, options: PageOptions) -> Any:
        """Sets the account of the session, and checks that a form comes from a page of it."""
        g.context, g.typed = context, Typed()
        context.account = account_of_request(context.services)
        g.session_digest = _session_digest() if context.account is not None else NO_SESSION
        if context.account is None and not options.rule.public:
            return _kept_until_signed_in(context, options) or sign_in_first()
        if context.account is not None:
            g.account, g.form_owner = context.account.account, f"account\0{session[SESSION]}"
            if _must_choose(context.account):
                return choose_a_password()
        return _own_form(context, options) if request.method == "POST" else None

    def parse(self, context: RequestContext, options: PageOptions) -> None:
        """Reads the address; of a form also what can be read of one that is wrong."""
        if request.method == "POST":
            several = options.form.several() if options.form is not None else frozenset()
            parsing.refuse_repeated(request.form, request.files, several | options.several)
            if options.form is not None:
                _read_form(context, options.form)
        elif options.query is not None:
            parsing.refuse_repeated(request.args, NO_FILES, forms.several(options.query))
            schema = parsing.schema_of(options.query)
            context.query, g.unreadable = forms.read_leniently(request.args, schema)

    def repeat(
        self, context: RequestContext, options: PageOptions, path: Path, refused: RequestError
    ) -> Any:
        """Says that a form was recorded before: what it recorded may be what took the household,
        or the right, away."""
        answer = answered_before(context, "/") if request.method == "POST" else None
        if answer is None:
            raise refused
        return answer

    def answer(self, view: View, context: RequestContext, options: PageOptions, path: Path) -> Any:
        """What the view shows; a form that is refused by `again`, with what is wrong."""
        if request.method != "POST":
            return view(context, **path)
        try:
            return _sent(view, context, options, path)
        except (NotAllowed, OutsideArea, NoSuchThing) as refused:
            return self.repeat(context, options, path, refused)

    def respond(self, answer: Any, options: PageOptions) -> Response:
        """The page with the headers of every page; a refused form by an address of its own."""
        response = make_response(answer)
        if _is_about_refused_form(response):
            response = refused_forms.settled(current_services(), response, options.shown_by)
        return page_headers(response)


def answered_before(context: RequestContext, to: str) -> Any:
    """Says of a form that was recorded before that it is recorded, and goes on; None for a new one.

    For a form whose command is worked out of what is on record: sent twice, it would be another
    command the second time, and be refused though it was done.
    """
    if not done_before(context):
        return None
    flash(_("Biểu mẫu này đã được lưu từ lần gửi trước nên không lưu thêm."))
    return redirect(to, 303)


def account_of_request(services: Services) -> Account | None:
    """The account that is signed in here, if one is."""
    secret = session.get(SESSION)
    if not isinstance(secret, str):
        return None
    with services.reading() as conn:
        return authentication.account_of_session(conn, secret, now=services.clock())


def _session_digest() -> str:
    """Names the session of this request; tells nothing of its secret."""
    return hashlib.sha256(f"made for {session[SESSION]}".encode()).hexdigest()[:32]


def _must_choose(account: Account) -> bool:
    """Whether the password is one that an administrator gave, and this page is another one."""
    return account.once_until is not None and request.endpoint not in _BEFORE_CHOOSING


def choose_a_password() -> Response:
    """To the page where a password is chosen; a form that was sent is refused."""
    if request.method == "POST":
        raise PasswordToChange
    return page_headers(make_response(redirect(url_for(CHOOSING, _anchor="password"), 303)))


def begin_session(context: RequestContext, account: str) -> None:
    """A new session of this account; what the browser held before is of no use any more."""
    before = session.get(SESSION)
    session.clear()
    with context.services.pool.connection() as conn:
        if isinstance(before, str):
            authentication.close_session(conn, before)
        now = context.services.clock()
        session[SESSION] = authentication.open_session(conn, account, now=now)
        session[ENDS] = int((now + authentication.LASTS).timestamp())


def sign_in_first() -> Response:
    """To the sign-in page and back here; for a form that was sent, the page that says so."""
    if request.method != "GET":
        raise NotSignedIn
    back = request.full_path if request.query_string else request.path
    target = url_for("signing_in.sign_in", next=back if back != "/" else None)
    return page_headers(make_response(redirect(target, 303)))


def _kept_until_signed_in(context: RequestContext, options: PageOptions) -> Response | None:
    """To the sign-in page with what was typed kept; None where it cannot be given back."""
    if request.method != "POST" or "X-Part" in request.headers or not options.comes_back:
        return None
    account = kept_forms.account_of(request.form)
    kept_id = (
        kept_forms.keep(context.services, account, request.path, request.form) if account else ""
    )
    if not kept_id:
        return None
    flash(
        _(
            "Phiên làm việc đã hết nên chưa lưu. Nội dung đã nhập còn nguyên. Hãy đăng nhập lại "
            "để làm tiếp."
        ),
        "warn",
    )
    back = url_for("signing_in.given_back", kept_id=kept_id)
    return page_headers(make_response(redirect(url_for("signing_in.sign_in", next=back), 303)))


def _own_form(context: RequestContext, options: PageOptions) -> Any:
    """Checks the form's CSRF token, and sets its key and version; the page that gives it back
    where the token is of another session of the same account. Raises FormExpired."""
    if context.account is None:
        request.max_content_length = LONGEST_WITHOUT_ACCOUNT
    elif options.upload:
        request.max_content_length = options.bound(context.services.settings.upload_limit)
    try:
        form = request.form
    except RequestEntityTooLarge as large:
        raise BodyTooLarge(largest_bytes=request.max_content_length) from large
    try:
        check_csrf(form.get(forms.CSRF, "") or request.headers.get("X-CSRF-Token", ""))
    except FormExpired:
        again = _asked_again(context, options, form)
        if again is None:
            raise
        return again
    g.typed.values = typed_values(form)
    g.typed.had_files = any(one.filename for one in request.files.values())
    g.typed.key = form.get(forms.KEY) or g.typed.key
    context.command_id = command_id(context.account.account if context.account else "", g.typed.key)
    version = form.get(forms.VERSION, "")
    readable = version.isascii() and version.isdecimal() and len(version) < 10
    context.expected_version = int(version) if readable else None
    return None


def _read_form(context: RequestContext, form: Form) -> None:
    """Sets the body by the form; of a wrong one what can be read, and what is wrong."""
    typed: MultiDict[str, Any] = MultiDict(request.form.items(multi=True))
    typed.update(request.files)
    try:
        context.body = form.read(context, typed)
    except FieldsRefused as refused:
        context.body, _names = form.read_leniently(context, typed)
        g.typed.wrong_fields = refused


def _sent(view: View, context: RequestContext, options: PageOptions, path: Path) -> Any:
    """What a form that was sent is answered."""
    if forms.AGAIN in request.form:
        return _given_back(view, context, options, path)
    if request.headers.get("X-Part") == BY_DAY and options.again is not None:
        return options.again(context, **path)
    try:
        if g.typed.wrong_fields is not None:
            raise g.typed.wrong_fields
        return view(context, **path)
    except (Refusal, RequestError) as refused:
        if options.again is None or not _about_the_form(refused):
            raise
        form_errors.note(refused, form_errors.ByCode(options.beside or {}))
        return make_response(options.again(context, **path), 422)


def _asked_again(context: RequestContext, options: PageOptions, form: MultiDict[str, Any]) -> Any:
    """The page that leads back to a form of this very account whose session was another one."""
    account = context.account.account if context.account else ""
    if not options.comes_back or not account or kept_forms.account_of(form) != account:
        return None
    return show_given_back(kept_forms.Kept(request.path, kept_forms.inputs_of(form)))


def show_given_back(form: kept_forms.Kept) -> str:
    """The page that opens a form again with what was typed: at once where scripts run."""
    return render("ui/given_back.html", title=_("Nội dung đã nhập còn nguyên"), form=form)


def _given_back(view: Any, context: RequestContext, options: PageOptions, path: Path) -> Any:
    """The form with what was typed before the session ended. Nothing is recorded."""
    g.typed.given_back = g.typed.shown_again = True
    if options.again is not None:
        return options.again(context, **path)
    if options.gives_back:
        return view(context, **path)
    raise FormExpired


def _about_the_form(refused: Refusal | RequestError) -> bool:
    return isinstance(refused, Refusal) or refused.code in _ABOUT_THE_FORM


def _is_about_refused_form(response: Response) -> bool:
    """Whether a refused form is asked for, or may be made or be recorded by this request."""
    if request.method == "GET":
        return refused_forms.PARAMETER in request.args
    return response.status_code != 303 or refused_forms.SOME_KEPT in session


def page_headers(response: Response) -> Response:
    """What every page says of itself."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Content-Language", in_language())
    if "session_digest" in g:
        response.headers[MADE_FOR] = g.session_digest
    return response


def typed_values(form: MultiDict[str, Any]) -> dict[str, Any]:
    """What to put back into the inputs."""
    return {name: found[0] if len(found) == 1 else found for name, found in form.lists()}


def command_id(account: str, key: str) -> UUID:
    """The command id of one rendering of a form: sending it twice is one command."""
    return uuid5(uuid5(_KEYS, account), key[:200])


def csrf_token() -> str:
    """The token of the page that is being made; begins the session's secret where none is kept."""
    if "csrf_token" not in g:
        if not isinstance(session.get(_CSRF_KEPT_AS), str):
            session[_CSRF_KEPT_AS] = secrets.token_urlsafe(32)
        nonce = secrets.token_urlsafe(16)
        g.csrf_token = _csrf_signer(session[_CSRF_KEPT_AS]).sign(nonce).decode("ascii")
    token: str = g.csrf_token
    return token


def check_csrf(given: str) -> None:
    """Raises FormExpired unless the token was made within this session; takes constant time."""
    secret = session.get(_CSRF_KEPT_AS)
    if not given or not isinstance(secret, str):
        raise FormExpired
    try:
        _csrf_signer(secret).unsign(given)
    except BadSignature:
        raise FormExpired from None


def _csrf_signer(secret: str) -> Signer:
    """A signer whose key comes from the service's key and the session's secret."""
    return Signer(
        current_app.secret_key or "",
        salt=f"csrf.{secret}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
