"""Score cards of B1: the list of those imported, and the import of another one.

A sheet is tried first, which keeps nothing: the page says what is wrong with which cell, or shows
the card with its checksum. It is kept once an account that may do so has typed the number of the
paper that issues it, and its own password again.
"""

from typing import Any

from flask import Response, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from domain.commands.command import Document
from domain.standards.errors import ScoreCardUnknown
from domain.standards.score_card import is_card_name, read_score_card
from domain.standards.score_card_sheet import MOST_BYTES, CellRemark
from domain.text import CODE, NAME
from projections.spreadsheets.score_card_template import score_card_template
from service.access.authentication import check_sign_in
from service.access.authorization import RequestContext, Rule, own_name
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.http.headers import XLSX
from service.http.uploads import ONE_FILE
from service.problems import NoSuchThing, RequestError, status_of
from service.standards import score_cards
from service.standards.permissions import May
from service.standards.score_cards import Tried
from service.ui import forms
from service.ui.forms import Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("score_cards", __name__)

READ = Rule(May.READ_STANDARDS)
IMPORT = Rule(May.IMPORT_SCORE_CARDS)
REMARKS = {
    "answer_twice": _l("Mã trả lời này đã có ở một dòng khác của cùng mục."),
    "area_type_elsewhere": _l("Chuẩn này không xét theo điểm ở khu vực đó."),
    "area_type_unknown": _l("Không có khu vực này. Hãy ghi nông thôn hoặc thành thị."),
    "cell_error": _l("Ô báo lỗi của bảng tính."),
    "cell_formula": _l("Ô chứa công thức. Hãy ghi giá trị."),
    "code_invalid": _l("Mã chỉ gồm chữ thường không dấu, chữ số, dấu gạch dưới; bắt đầu bằng chữ."),
    "item_twice": _l("Mục này đã có ở phía trên. Hãy để các trả lời của một mục liền nhau."),
    "label_missing": _l("Thiếu dòng này ở phía trên bảng."),
    "label_twice": _l("Dòng này có hai lần."),
    "no_answers": _l("Bảng không có trả lời nào."),
    "points_not_whole": _l("Điểm phải là số nguyên, không có chữ và dấu phân cách."),
    "points_too_many": _l("Điểm quá lớn: nhiều nhất 1.000."),
    "province_invalid": _l("Mã tỉnh gồm hai chữ số; nhiều mã cách nhau bằng dấu chấm phẩy."),
    "standard_unknown": _l("Không có chuẩn này trong hệ thống."),
    "standard_without_scores": _l("Chuẩn này không xét theo điểm B1."),
    "text_unreadable": _l("Nội dung quá dài hoặc có ký tự không đọc được."),
    "value_missing": _l("Ô này còn trống."),
    "version_invalid": _l("Phiên bản gồm chữ không dấu, chữ số, dấu chấm, dấu gạch; tối đa 30."),
}  # fmt: skip
"""What each remark says of its cell."""


ABOUT_FILE = (
    "score_card_too_large",
    "score_card_no_sheet",
    "score_card_columns",
    "score_card_version_taken",
    "import_too_large",
    "import_too_many_rows",
    "import_broken_workbook",
    "import_old_workbook",
    "import_encrypted_workbook",
    "import_macro_workbook",
    "import_empty_file",
)
"""Refusals that are shown at the file."""


class TrialForm(forms.QueryForm):
    """The sheet to try."""

    file = Upload(required=True)


class SigningForm(forms.QueryForm):
    """The card as it was shown, the paper that issues it, and the password."""

    content = fields.String(required=True, validate=validate.Length(max=100_000))
    sha256 = fields.String(required=True, validate=validate.Regexp("^[0-9a-f]{64}$"))
    number = fields.String(required=True, validate=validate.Length(min=1, max=CODE))
    signed_on = forms.TypedPastDay(load_default=None)
    signer = fields.String(load_default="", validate=validate.Length(max=NAME))
    present = fields.String(required=True, validate=validate.Length(max=1000))


@pages.get("/bang-diem", rule=READ)
def cards(context: RequestContext) -> str:
    """The cards that were imported, and for who may import one the form."""
    return render(
        "standards/score_cards.html",
        title=_("Bảng điểm B1"),
        cards=score_cards.listed(context),
    )


@pages.get("/bang-diem/xem/<string:card_name>", rule=READ)
def card(context: RequestContext, card_name: str) -> str:
    """One card: its items and answers with their points."""
    if not is_card_name(card_name):
        raise NoSuchThing
    try:
        with context.services.reading() as conn:
            found = read_score_card(conn, card_name)
    except ScoreCardUnknown:
        raise NoSuchThing from None
    return render(
        "standards/score_card.html",
        title=_("Bảng điểm %(version)s", version=found.version),
        crumbs=[(_("Bảng điểm B1"), url_for("score_cards.cards")), (found.version, "")],
        card=found,
        name=card_name,
    )


@pages.get("/bang-diem/mau", rule=IMPORT)
def template(context: RequestContext) -> Response:
    """The empty sheet, ready to be filled in."""
    headers = {"Content-Disposition": 'attachment; filename="mau-bang-diem-b1.xlsx"'}
    return Response(score_card_template(), content_type=XLSX, headers=headers)


@pages.post(
    "/bang-diem/kiem-tra",
    rule=IMPORT,
    form=Form(TrialForm),
    again=cards,
    upload=True,
    largest=ONE_FILE,
    beside=dict.fromkeys(ABOUT_FILE, "file"),
)
def try_sheet(context: RequestContext) -> Any:
    """Says what a sheet holds; nothing is kept."""
    try:
        tried = score_cards.tried(context, context.body["file"].read(MOST_BYTES + 1))
    except RequestError as refused:
        return _refused(context, refused)
    if tried.card is None:
        g.typed.refusal = _("Chưa nhập: tệp có %(n)s chỗ sai.", n=len(tried.remarks))
        page = render(
            "standards/score_cards.html",
            title=_("Bảng điểm B1"),
            cards=score_cards.listed(context),
            remarks=[(one, _said(one)) for one in tried.remarks],
        )
        return make_response(page, 422)
    return _to_sign(tried)


def _again(context: RequestContext) -> Any:
    """The card once more, with what is wrong beside the inputs."""
    body = context.body or {}
    content = str(body.get("content") or "")
    tried = score_cards.shown(content)
    return _to_sign(tried) if tried else cards(context)


@pages.post("/bang-diem/nhap", rule=IMPORT, form=Form(SigningForm), again=_again, page="cards")
def sign(context: RequestContext) -> Any:
    """Keeps the card that was shown, after the password was typed again."""
    body = context.body
    try:
        check_sign_in(context.services, request, own_name(context), body["present"])
    except (WrongPassword, TooManyFailures, PasswordOver) as wrong:
        g.typed.errors["present"] = refusal_text(wrong.code, {})
        g.typed.refusal = _("Chưa nhập: mật khẩu chưa đúng.")
        answer = make_response(_again(context), status_of(wrong.code))
        answer.headers.extend(wrong.headers or {})
        return answer
    paper = Document(body["number"].strip(), body["signed_on"], body["signer"].strip())
    try:
        name = score_cards.sign(context, body["content"], body["sha256"], paper)
    except RequestError as refused:
        return _refused(context, refused)
    flash(_("Đã nhập bảng điểm %(version)s.", version=name.partition("@")[0]))
    return redirect(url_for("score_cards.card", card_name=name), 303)


def _to_sign(tried: Tried) -> str:
    return render(
        "standards/score_card_to_sign.html",
        title=_("Kiểm tra bảng điểm"),
        crumbs=[(_("Bảng điểm B1"), url_for("score_cards.cards")), (_("Kiểm tra"), "")],
        tried=tried,
        card=tried.card,
    )


def _refused(context: RequestContext, refused: RequestError) -> Response:
    g.typed.refusal = refusal_text(refused.code, refused.values)
    return make_response(cards(context), status_of(refused.code))


def _said(one: CellRemark) -> str:
    about = f"{one.about}: " if one.about else ""
    return f"{about}{REMARKS[one.code]}"
