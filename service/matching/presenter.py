"""Candidates of a match as a form shows them, and the reason to go on in spite of them."""

from typing import Any

from flask import g, request
from flask_babel import gettext as _

from domain.errors import Refusal
from domain.matching.errors import PossibleMatch
from service.problems import RequestError
from service.ui.i18n import lazy as _l

REASON, SEEN = "anyway.reason", "anyway.seen"
EVIDENCE = {
    "id_number": _l("cùng số định danh"),
    "number": _l("cùng mã hộ"),
    "name": _l("cùng họ tên"),
    "birth": _l("cùng ngày hoặc năm sinh"),
    "village": _l("cùng thôn, tổ dân phố"),
    "members": _l("có thành viên khác trùng"),
    "birth_swapped": _l("ngày và tháng sinh đổi chỗ cho nhau"),
    "name_nearly": _l("họ tên gần giống"),
    "id_number_nearly": _l("số định danh gần giống"),
    "not:id_number": _l("khác số định danh"),
    "not:number": _l("khác mã hộ"),
    "not:name": _l("khác họ tên"),
    "not:birth": _l("khác ngày hoặc năm sinh"),
    "not:sex": _l("khác giới tính"),
    "not:members": _l("khác thành viên hộ"),
}
WARNINGS = {
    "child_head": _l("Chủ hộ chưa đủ 18 tuổi."),
    "person_twice": _l("Có vẻ một người đã có ở cả hai hộ."),
}


def evidence(codes: list[str] | tuple[str, ...]) -> str:
    """Says the evidence of a candidate."""
    return ", ".join(str(EVIDENCE.get(code, code)) for code in codes)


def add_anyway(body: dict[str, Any]) -> None:
    """Puts the reason to go on in spite of candidates into the body of the command."""
    reason = request.form.get(REASON, "").strip()
    if reason:
        body["anyway"] = {"reason": reason, "seen": request.form.getlist(SEEN)}


def note_matches(refused: Refusal | RequestError) -> None:
    """Keeps the candidates for the form that comes back."""
    if isinstance(refused, PossibleMatch):
        g.typed.matches = refused.shown
        g.typed.errors[REASON] = _("Hãy ghi lý do nếu đây là người khác, hộ khác.")
        g.typed.values.setdefault(REASON, request.form.get(REASON, ""))
