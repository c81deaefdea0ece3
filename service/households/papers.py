"""The identity papers of a member: another number from a day on."""

from uuid import UUID

from flask_babel import gettext as _

from domain.households import codes
from domain.households.handler import HouseholdCommand
from domain.households.papers import ChangePapers, NewPaper
from service.access.authorization import RequestContext
from service.households.commands import A_MEMBER, MAY_AMEND, CommandRoute
from service.households.form import FormContext, HouseholdForm, paper, when
from service.http.commands import Circumstances
from service.http.parsing import Code, Text
from service.ui.forms import Field, Section
from service.ui.i18n import lazy as _l


class PapersBody(Circumstances):
    """A person has another identity number from the effective date on: no correction, a fact."""

    id_number = Text(20, least=1, required=True, about="Căn cước (12 digits) or CMND (9 digits).")
    reason = Code(codes.PAPER_REASONS, required=True)


def _change_papers(
    context: RequestContext, household_id: UUID, person_id: UUID
) -> HouseholdCommand:
    papers = (NewPaper(person_id, context.body["id_number"]),)
    return ChangePapers(household_id, papers, f"entry:{context.body['reason']}")


CHANGE_PAPERS = CommandRoute(
    "change_papers",
    f"{A_MEMBER}/papers",
    MAY_AMEND,
    PapersBody,
    _change_papers,
    example={
        "effective_on": "2023-03-01",
        "id_number": "046161002345",
        "reason": "issued",
    },
    summary="""\
A person has another identity number: a CCCD in place of a CMND, or one now known.

The former number stays the person's, to be found by.
""",
)


def _changing_papers(form: FormContext) -> tuple[Section, ...]:
    now = (form.person or {}).get("id_number") or ""
    return (
        Section(
            _("Giấy tờ mới"),
            (
                Field("id_number", _("Số định danh mới"), required=True,
                      help=_("Hồ sơ hiện ghi: %(number)s.", number=now or _("chưa có số"))),
                when(form, _("Có số này từ ngày")),
                Field("reason", _("Lý do"), "choice", required=True, initial="issued",
                      choices=form.words(codes.PAPER_REASONS)),
            ),
            help=_(
                "Số cũ vẫn được giữ để tra cứu. Nếu số trong hồ sơ là ghi sai, hãy dùng mục Sửa."),
        ),
        paper(),
    )  # fmt: skip


COMMANDS = (CHANGE_PAPERS,)
FORMS = (
    HouseholdForm(
        "papers", "nguoi/<uuid:person_id>/giay-to", _l("Đổi giấy tờ tùy thân"),
        _l("Ghi số định danh mới của một người: CCCD thay CMND, hoặc trước đây chưa có số."),
        "person", CHANGE_PAPERS, _changing_papers,
    ),
)  # fmt: skip
