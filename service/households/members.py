"""The members of a household: who joins, leaves, heads it, and whose data are erased."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, post_load

from domain.households import codes
from domain.households.erasure import ForgetPerson
from domain.households.members import ChangeHead, JoinMember, LeaveMember
from domain.households.person import NewMember
from domain.text import CODE, NAME, NOTE
from service.access import authorization
from service.access.authorization import Rule
from service.households import erasure
from service.households.bodies import A_PERSON, anyway
from service.households.commands import A_MEMBER, MAY_AMEND, ONE, CommandRoute, of_fields
from service.households.form import FormContext, HouseholdForm, chosen, paper, when, yes_no
from service.households.permissions import May
from service.households.suggestions import ETHNICITIES
from service.http.commands import Circumstances
from service.http.parsing import Code, Day, Input, Output, Text, Whole
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l

_YEARS = (1850, 2199)


class PrivateSchema(Input):
    """Attributes of a person that are sealed under the person's own key, and some in clear."""

    sex = Code(["", *codes.SEXES])
    birth_date = Day(allow_none=True)
    birth_year = Whole(*_YEARS, allow_none=True)
    id_number = Text(20, about="Căn cước (12 digits) or CMND (9 digits); empty if none.")
    id_issued_on = Day(allow_none=True)
    ethnicity = Text(CODE, metadata={"example": "Kinh"})
    phone = Text(30)
    health = Text(NOTE)
    residence = Code(codes.RESIDENCES)
    able_to_work = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    meritorious = fields.Boolean(truthy={True}, falsy={False})


class MemberInputSchema(PrivateSchema):
    """A person who enters a household. Exactly one of its first members is the head."""

    name = Text(NAME, least=1, required=True, metadata={"example": "Nguyễn Thị Bưởi"})
    relation = Code(codes.RELATIONS, required=True)
    person_id = fields.UUID(
        allow_none=True, metadata={"description": "A person who is already known."}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewMember:
        """A NewMember of the domain."""
        return NewMember(**data)


class JoinBody(Circumstances):
    """A person joins."""

    member = fields.Nested(MemberInputSchema, required=True)
    reason = Code(codes.JOIN_REASONS, required=True)
    anyway = anyway()


class LeaveBody(Circumstances):
    """A person leaves; where the head leaves, another member becomes the head."""

    reason = Code(codes.LEAVE_REASONS, required=True)
    new_head = fields.UUID(load_default=None, allow_none=True)
    anyway = anyway()


class HeadBody(Circumstances):
    """Another member heads the household."""

    head = fields.UUID(required=True)
    reason = Code(codes.HEAD_REASONS, required=True)
    relation_before = Code(
        ["", *(code for code in codes.RELATIONS if code != "head")],
        load_default="",
        metadata={"description": "What the former head is to the new one; empty: it follows."},
    )
    anyway = anyway()


class ForgetBody(Circumstances):
    """The legal basis on which a person's key is destroyed."""

    legal_basis = Text(NOTE, least=1, required=True)


class PersonSchema(Output):
    """A member, present or past. Sealed attributes are null once the person is forgotten."""

    person_id = fields.UUID(required=True)
    forgotten = fields.Boolean(required=True)
    name = fields.String(required=True, metadata={"description": "[đã xoá] when forgotten."})
    relation = fields.String(required=True)
    sex = fields.String(required=True)
    birth_year = fields.Integer(required=True, allow_none=True)
    birth_date = fields.String(required=True, allow_none=True)
    id_number = fields.String(required=True, allow_none=True)
    id_issued_on = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    health = fields.String(required=True, allow_none=True)
    ethnicity = fields.String(required=True)
    residence = fields.String(required=True)
    able_to_work = fields.Boolean(required=True, allow_none=True)
    meritorious = fields.Boolean(required=True)
    joined_on = fields.Date(required=True, allow_none=True)
    joined_by = fields.String(required=True)
    left_on = fields.Date(required=True, allow_none=True)
    left_by = fields.String(required=True)


class MembersShown(Output):
    """The members of a household as the API shows them."""

    members = fields.List(fields.Nested(PersonSchema), required=True)
    former_members = fields.List(fields.Nested(PersonSchema), required=True)


JOIN = CommandRoute(
    "join_member",
    f"{ONE}/members",
    MAY_AMEND,
    JoinBody,
    of_fields(JoinMember),
    example={
        "effective_on": "2023-02-14",
        "member": {
            "name": "Nguyễn Thị Mít",
            "relation": "grandchild",
            "sex": "female",
            "birth_date": "2023-02-14",
        },
        "reason": "birth",
    },
    summary="A person joins the household. `persons` of the answer has the person's id.",
)
LEAVE = CommandRoute(
    "leave_member",
    f"{A_MEMBER}/departure",
    MAY_AMEND,
    LeaveBody,
    of_fields(LeaveMember),
    example={
        "effective_on": "2023-05-20",
        "reason": "death",
        "new_head": A_PERSON,
    },
    summary="A person leaves the household.",
)
CHANGE_HEAD = CommandRoute(
    "change_head",
    f"{ONE}/head",
    MAY_AMEND,
    HeadBody,
    of_fields(ChangeHead),
    example={"effective_on": "2023-05-20", "head": A_PERSON, "reason": "agreement"},
    summary="Another member heads the household.",
)
FORGET = CommandRoute(
    "forget_person",
    f"{A_MEMBER}/forgetting",
    Rule(May.FORGET, authorization.household),
    ForgetBody,
    of_fields(ForgetPerson),
    example={
        "effective_on": "2026-02-01",
        "document": {"number": "05/QĐ-UBND", "signed_on": "2026-02-01"},
        "legal_basis": "Luật 91/2025/QH15, yêu cầu xóa dữ liệu của người đã chuyển đi",
    },
    summary="""\
Destroy a person's key on a legal basis: the record stays, the person is unreadable.

Kept files of imports that hold the person are destroyed too. `notes` of the answer name them,
and the texts of the household that hold the name, which no key can erase.
""",
    execute=erasure.erase,
)


def attributes(form: FormContext, at: str, person: dict[str, Any] | None) -> tuple[Field, ...]:
    """The fields about a person; with a person, each sends only what was changed in it."""
    now = person or {}
    able = yes_no()
    sexes = (Choice("", _("Chưa rõ")), *form.words(codes.SEXES))
    fixed: dict[str, Any] = {"corrects": person is not None}
    year = now.get("birth_year")
    return (
        Field(f"{at}.sex", _("Giới tính"), "choice", choices=sexes, initial=now.get("sex") or "",
              **fixed),
        Field(f"{at}.birth_date", _("Ngày sinh"), "day", initial=now.get("birth_date") or "",
              **fixed),
        Field(f"{at}.birth_year", _("Năm sinh"), "whole", initial=str(year or ""), **fixed,
              help=_("Nhập năm nếu không biết ngày.")),
        Field(f"{at}.id_number", _("Số CCCD/CMND"), initial=now.get("id_number") or "", **fixed,
              help=_("12 chữ số (CCCD) hoặc 9 chữ số (CMND); để trống nếu không có.")),
        Field(f"{at}.id_issued_on", _("Ngày cấp"), "day", initial=now.get("id_issued_on") or "",
              **fixed),
        Field(f"{at}.ethnicity", _("Dân tộc"), initial=now.get("ethnicity") or "", most=60,
              suggestions=ETHNICITIES, **fixed),
        Field(f"{at}.phone", _("Điện thoại"), initial=now.get("phone") or "", most=30, **fixed),
        Field(f"{at}.health", _("Sức khỏe"), "area", initial=now.get("health") or "", **fixed),
        Field(f"{at}.residence", _("Cư trú"), "choice", choices=form.words(codes.RESIDENCES),
              initial=now.get("residence") or "permanent", **fixed),
        Field(f"{at}.able_to_work", _("Còn khả năng lao động"), "yes_no", choices=able,
              initial=chosen(now.get("able_to_work")), **fixed),
        Field(f"{at}.meritorious", _("Người có công"), "yes_no", choices=able[1:],
              initial="yes" if now.get("meritorious") else "no", **fixed),
    )  # fmt: skip


def _joining(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Tăng nhân khẩu"),
            (
                when(form, _("Là thành viên từ ngày")),
                Field("reason", _("Lý do"), "choice", choices=form.words(codes.JOIN_REASONS),
                      required=True, initial="birth"),
                Field("member.name", _("Họ và tên"), required=True, most=200),
                Field("member.relation", _("Quan hệ với chủ hộ"), "choice", required=True,
                      choices=form.words(codes.RELATIONS, "head"), initial="child"),
            ),
            help=_("Nếu số định danh đã có trên hệ thống, thành viên được liên kết với người đó."),
        ),
        Section(_("Về người này"), attributes(form, "member", None)),
        paper(),
    )  # fmt: skip


def _leaving(form: FormContext) -> tuple[Section, ...]:
    person = form.person or {}
    others = tuple(one for one in form.members() if one.value != str(person.get("person_id")))
    successor = Field(
        "new_head", _("Chủ hộ mới"), "choice", choices=(Choice("", "—"), *others), required=True
    )
    fields: tuple[Field, ...] = (
        when(form, _("Không còn trong hộ từ ngày")),
        Field("reason", _("Lý do"), "choice", choices=form.words(codes.LEAVE_REASONS),
              required=True, initial="moved_out"),
    )  # fmt: skip
    if person.get("relation") == "head":
        fields = (*fields, successor)
    return (Section(_("Giảm nhân khẩu"), fields), paper())


def _heading(form: FormContext) -> tuple[Section, ...]:

    def others() -> tuple[Choice, ...]:
        head = str(form.household["head"])
        return tuple(one for one in form.members() if one.value != head)

    before = (Choice("", _("suy ra từ quan hệ hiện nay")), *form.words(codes.RELATIONS, "head"))
    return (
        Section(
            _("Chủ hộ mới"),
            (
                when(form, _("Từ ngày")),
                Field("head", _("Chủ hộ mới"), "choice", choices=others, required=True),
                Field("reason", _("Lý do"), "choice", choices=form.words(codes.HEAD_REASONS),
                      required=True, initial="agreement"),
                Field("relation_before", _("Chủ hộ cũ là gì của chủ hộ mới"), "choice",
                      choices=before),
            ),
        ),
        paper(),
    )  # fmt: skip


def _forgetting(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Xóa dữ liệu cá nhân"),
            (
                when(form, _("Ngày")),
                Field("legal_basis", _("Căn cứ pháp lý"), "area", required=True),
            ),
            help=lambda: _what_stays(form),
        ),
        paper(),
    )


def _what_stays(form: FormContext) -> str:
    """Which texts of the household hold the person's name, and which files go with the person."""
    if form.person is None:
        return ""
    erasing = erasure.look(form.context, form.reading, form.person["person_id"])
    said = []
    if erasing.texts:
        versions = ", ".join(dict.fromkeys(str(version) for version, _field in erasing.texts))
        said.append(
            _(
                "Tên người này còn trong phần chữ tự nhập của các lần ghi số %(n)s và không xóa "
                "được ở phần này. Hãy sửa thông tin nếu sửa được.", n=versions)
        )  # fmt: skip
    if erasing.beside:
        said.append(
            _(
                "Tên người này còn trong %(n)s phần chữ tự nhập của hộ nghi trùng, đợt rà soát và "
                "không xóa được ở đó.", n=len(erasing.beside))
        )  # fmt: skip
    if erasing.imports or erasing.grant_lists:
        files = len(erasing.imports) + len(erasing.grant_lists)
        said.append(_("%(n)s tệp danh sách đã nhập có người này sẽ bị hủy.", n=files))
    if erasing.at_work:
        said.append(
            _("%(n)s tệp đang được nhập có người này. Hãy đợi nhập xong rồi xóa.",
              n=len(erasing.at_work))
        )  # fmt: skip
    return " ".join(said)


FORMS = (
    HouseholdForm(
        "join", "them-nguoi", _l("Tăng nhân khẩu"),
        _l("Ghi thêm thành viên vào hộ: mới sinh, kết hôn, chuyển đến, trở về, hoặc bị bỏ sót."),
        "members", JOIN, _joining,
    ),
    HouseholdForm(
        "head", "doi-chu-ho", _l("Đổi chủ hộ"),
        _l("Ghi chủ hộ mới. Hồ sơ và lịch sử của hộ giữ nguyên."),
        "members", CHANGE_HEAD, _heading,
    ),
    HouseholdForm(
        "leave", "nguoi/<uuid:person_id>/roi-ho", _l("Giảm nhân khẩu"),
        _l(
            "Ghi một thành viên không còn trong hộ: chết, chuyển đi, kết hôn, vắng lâu, hoặc ghi "
            "nhầm."),
        "person", LEAVE, _leaving,
    ),
    HouseholdForm(
        "forget", "nguoi/<uuid:person_id>/xoa-du-lieu", _l("Xóa dữ liệu cá nhân"),
        _l(
            "Xóa vĩnh viễn dữ liệu cá nhân của người này theo căn cứ pháp lý; không khôi phục "
            "được. Số liệu tổng hợp và lịch sử hồ sơ vẫn được giữ."
        ),
        "person", FORGET, _forgetting, grave=True,
    ),
)  # fmt: skip
