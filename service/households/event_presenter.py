"""All that one event says, as labels and values: figures compared, answers, steps, periods."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from domain.households import events as e
from domain.standards.reasons import AREA_NAMES, FIGURE_NAMES
from projections.households.sentences import code
from service.access.scope import RequestContext
from service.households.file_presenter import compared, edition, reasons_of
from service.ui.render import day, format_number

Detail = tuple[str, Any]


def details_of(context: RequestContext, event: e.HouseholdEvent, language: str) -> dict[str, Any]:
    """`facts` are labels and values; `comparisons` and `reasons` those of a decision."""
    maker: Any = _withdrawn if isinstance(event, e.Withdrawal) else _OF.get(type(event))
    facts = [one for one in (maker(event, language) if maker else ()) if one[1] not in (None, "")]
    found: dict[str, Any] = {"facts": facts, "comparisons": (), "reasons": ()}
    if isinstance(event, e.Classified):
        standard = edition(context, event.standard, event.standard_digest)
        if standard is not None:
            facts.insert(0, (_("Chuẩn"), standard.title.in_language(language)))
        found["comparisons"] = compared(event.comparisons, language)
        found["reasons"] = reasons_of(standard, event.reasons, language)
    return found


def _surveyed(event: e.Surveyed, language: str) -> Iterable[Detail]:
    yield _("Mẫu phiếu"), event.form
    yield _("Bảng điểm"), event.score_card
    yield _("Khu vực"), _area_type(event.area_type, language)
    yield _("Thu nhập bình quân"), _money(event.income)
    yield "B1", event.b1
    yield "B2", event.b2
    if event.deprived is not None:
        yield _("Chỉ số thiếu hụt"), ", ".join(event.deprived) or _("không có")
    yield _("Rà soát viên"), event.surveyor
    yield _("Nơi thu thập thông tin"), event.place
    for item, answer in event.answers.items():
        yield item, ", ".join(answer) if isinstance(answer, list) else answer
    for digest in event.attachments:
        yield _("Tệp đính kèm (SHA-256)"), digest


def _classified(event: e.Classified, language: str) -> Iterable[Detail]:
    yield _("Mã chuẩn"), event.standard
    yield _("Mã kiểm chứng của chuẩn"), event.standard_digest
    yield _("Diễn biến"), code(codes.MOVEMENTS, event.movement, language)
    if event.proposed and event.proposed != event.class_:
        yield _("Kết quả tính theo chuẩn"), code(codes.CLASSES, event.proposed, language)
    yield _("Lý do công nhận khác"), event.override_reason
    for name, value in event.facts.items():
        if name == "area_type":
            yield _("Khu vực"), _area_type(str(value), language)
        else:
            label = FIGURE_NAMES.get(name, (name, name))[language == "en"]
            yield label, format_number(value)


def _support(event: e.SupportGranted, language: str) -> Iterable[Detail]:
    yield _("Chương trình, dự án"), event.programme
    yield _("Nội dung hỗ trợ"), event.benefit
    yield _("Số tiền"), _money(event.amount)
    if event.quantity is not None:
        yield _("Số lượng"), f"{format_number(event.quantity)} {event.unit}"
    yield _("Thời gian hưởng"), f"{day(event.period_from)} – {day(event.period_until)}"
    yield _("Nguồn vốn"), code(codes.SOURCES, event.source, language)
    yield _("Năm ngân sách"), event.funding_year


def _plan(event: e.PlanAgreed, language: str) -> Iterable[Detail]:
    yield _("Mục tiêu"), event.goal
    for number, step in enumerate(event.steps, 1):
        yield _("Việc %(number)s", number=number), step
    yield _("Người phụ trách"), event.responsible
    yield _("Ngày đánh giá lại"), day(event.review_on)


def _screened(event: e.Screened, language: str) -> Iterable[Detail]:
    yield _("Mẫu phiếu"), event.form
    yield _("Kết quả"), code(codes.SCREENINGS, event.outcome, language)
    yield _("Lý do kết luận khác kết quả Phiếu A"), event.override_reason
    for item, answer in event.answers.items():
        yield item, ", ".join(answer) if isinstance(answer, list) else answer


def _noted(event: Any, language: str) -> Iterable[Detail]:
    yield _("Ghi chú"), event.note


def _registered(event: e.Registered, language: str) -> Iterable[Detail]:
    yield _("Mã hộ"), event.number
    yield _("Thôn, tổ dân phố"), event.village
    yield _("Cư trú"), code(codes.RESIDENCES, event.residence, language)
    yield _("Số người"), len(event.members)
    yield _("Nguồn"), event.source


def _withdrawn(event: e.Withdrawal, language: str) -> Iterable[Detail]:
    yield _("Lý do rút lại"), event.reason


def _money(value: int | None) -> str:
    return "" if value is None else _("%(amount)s đồng", amount=format_number(value))


def _area_type(value: str, language: str) -> str:
    return AREA_NAMES.get(value, (value, value))[language == "en"]


_OF: dict[type, Callable[[Any, str], Iterable[Detail]]] = {
    e.Surveyed: _surveyed,
    e.Classified: _classified,
    e.SupportGranted: _support,
    e.PlanAgreed: _plan,
    e.Screened: _screened,
    e.CausesRecorded: _noted,
    e.NeedsRecorded: _noted,
    e.Registered: _registered,
}
