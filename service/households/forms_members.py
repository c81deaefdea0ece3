"""The forms about the people of a household: who joins, leaves, heads it; what was wrong."""

from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from service.households import erasure
from service.households.commands import command_route
from service.households.form import (
    FormContext,
    HouseholdForm,
    basis_of_correction,
    chosen,
    only_changes,
    paper,
    when,
    yes_no,
)
from service.households.suggestions import ETHNICITIES
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l


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


def _correcting(form: FormContext) -> tuple[Section, ...]:
    person = form.person or {}
    head = person.get("relation") == "head"
    relation = Field(
        "correction.relation", _("Quan hệ với chủ hộ"), "choice", corrects=True,
        choices=form.words(codes.RELATIONS, *(() if head else ("head",))),
        initial=person.get("relation", ""),
        help=_("Để đổi chủ hộ, dùng mục Đổi chủ hộ.") if head else "",
    )  # fmt: skip
    return (
        Section(
            _("Thông tin sau khi sửa"),
            (
                Field("correction.name", _("Họ và tên"), initial=person.get("name", ""), most=200,
                      corrects=True),
                relation,
                *attributes(form, "correction", person),
            ),
            help=only_changes(),
        ),
        basis_of_correction(form),
        paper(),
    )  # fmt: skip


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
    if erasing.imports:
        said.append(
            _("%(n)s tệp danh sách đã nhập có người này sẽ bị hủy.", n=len(erasing.imports))
        )
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
        "members", command_route("join_member"), _joining,
    ),
    HouseholdForm(
        "head", "doi-chu-ho", _l("Đổi chủ hộ"),
        _l("Ghi chủ hộ mới. Hồ sơ và lịch sử của hộ giữ nguyên."),
        "members", command_route("change_head"), _heading,
    ),
    HouseholdForm(
        "correct_member", "nguoi/<uuid:person_id>/sua", _l("Sửa thông tin thành viên"),
        _l("Sửa thông tin ghi sai của một thành viên. Thông tin cũ vẫn lưu trong lịch sử hồ sơ."),
        "person", command_route("correct_member"), _correcting,
    ),
    HouseholdForm(
        "papers", "nguoi/<uuid:person_id>/giay-to", _l("Đổi giấy tờ tùy thân"),
        _l("Ghi số định danh mới của một người: CCCD thay CMND, hoặc trước đây chưa có số."),
        "person", command_route("change_papers"), _changing_papers,
    ),
    HouseholdForm(
        "leave", "nguoi/<uuid:person_id>/roi-ho", _l("Giảm nhân khẩu"),
        _l(
            "Ghi một thành viên không còn trong hộ: chết, chuyển đi, kết hôn, vắng lâu, hoặc ghi "
            "nhầm."),
        "person", command_route("leave_member"), _leaving,
    ),
    HouseholdForm(
        "forget", "nguoi/<uuid:person_id>/xoa-du-lieu", _l("Xóa dữ liệu cá nhân"),
        _l(
            "Xóa vĩnh viễn dữ liệu cá nhân của người này theo căn cứ pháp lý; không khôi phục "
            "được. Số liệu tổng hợp và lịch sử hồ sơ vẫn được giữ."
        ),
        "person", command_route("forget_person"), _forgetting, grave=True,
    ),
)  # fmt: skip
