"""The forms that withdraw what was recorded by error: a reason, and for a decision a paper."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from service.households.commands import command_route
from service.households.form import FormContext, HouseholdForm, paper
from service.households.withdrawal_presenter import PREFIX
from service.ui.forms import Field, Section
from service.ui.i18n import lazy as _l


def _sections(form: FormContext) -> tuple[Section, ...]:
    return (_why(), paper())


def _of_a_decision(form: FormContext) -> tuple[Section, ...]:
    return (_why(), paper(required=True))


def _why() -> Section:
    return Section(
        _("Lý do rút lại"),
        (
            Field("reason", _("Nội dung ghi nhầm"), "area", required=True, most=2000,
                  help=_("Ví dụ: ghi nhầm sang hộ này. Không ghi tên người, bệnh tật.")),
        ),
    )  # fmt: skip


def _form(
    kind: str,
    path: str,
    title: Any,
    sections: Callable[[FormContext], tuple[Section, ...]] = _sections,
) -> HouseholdForm:
    return HouseholdForm(
        PREFIX + kind,
        f"rut-lai/{path}/<entry:entry>",
        title,
        _l(
            "Rút lại một lần ghi nhầm. Lịch sử hồ sơ giữ cả lần ghi và lần rút lại; từ nay lần ghi "
            "đó không được tính nữa. Số liệu theo dữ liệu đã ghi trước lúc rút lại không đổi."
        ),
        "entry",
        command_route(f"withdraw_{kind}"),
        sections,
        grave=True,
        button=_l("Rút lại"),
    )


FORMS = (
    _form("decision", "quyet-dinh", _l("Rút lại quyết định công nhận"), _of_a_decision),
    _form("survey", "phieu-b", _l("Rút lại Phiếu B đã ghi")),
    _form("screening", "phieu-a", _l("Rút lại Phiếu A đã ghi")),
    _form("support", "ho-tro", _l("Rút lại khoản hỗ trợ")),
    _form("causes", "nguyen-nhan", _l("Rút lại nguyên nhân nghèo")),
    _form("needs", "nhu-cau", _l("Rút lại nhu cầu hỗ trợ")),
    _form("plan", "phuong-an", _l("Rút lại kế hoạch đã ghi")),
)
