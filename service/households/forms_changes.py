"""The forms about a household as a whole: corrected, moved, split, merged, ended."""

from functools import partial

from flask_babel import gettext as _

from domain.households import codes
from service.households.commands import command_route
from service.households.form import (
    FormContext,
    HouseholdForm,
    basis_of_correction,
    chosen,
    household_flags,
    only_changes,
    paper,
    when,
    yes_no,
)
from service.households.form_lookup import areas_found, communes_here, households_found
from service.households.suggestions import villages
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l


def _correcting(form: FormContext) -> tuple[Section, ...]:
    fields: list[Field] = [
        Field("correction.number", _("Mã hộ"), initial=lambda: form.household["number"],
              most=60, corrects=True),
        Field("correction.village", _("Thôn, tổ dân phố"), most=200, corrects=True,
              initial=lambda: form.household["village"],
              suggestions=lambda: villages(form.context, [form.area])),
        Field("correction.address", _("Địa chỉ"), "area", corrects=True,
              initial=lambda: form.household["address"] or ""),
        Field("correction.residence", _("Cư trú"), "choice", corrects=True,
              choices=form.words(codes.RESIDENCES),
              initial=lambda: form.household["residence"]),
    ]  # fmt: skip
    for name, label in household_flags().items():
        flag = partial(_flag, form, name)
        fields.append(
            Field(f"correction.{name}", label, "yes_no", choices=yes_no(), corrects=True,
                  initial=flag)
        )  # fmt: skip
    return (
        Section(
            _("Thông tin sau khi sửa"),
            tuple(fields),
            help=only_changes(),
        ),
        basis_of_correction(form),
        paper(),
    )  # fmt: skip


def _flag(form: FormContext, name: str) -> str:
    """Which of `yes_no` a flag of the household is."""
    return chosen(getattr(form.household["flags"], name))


def _moving(form: FormContext) -> tuple[Section, ...]:
    here = communes_here(form)
    return (
        Section(
            _("Nơi ở mới"),
            (
                when(form, _("Ở nơi mới từ ngày")),
                Field("area", _("Xã, phường, đặc khu"), "found", required=True, by_day=True,
                      initial=here[0].value if len(here) == 1 else "",
                      choices=areas_found(form, form.typed("area.q")),
                      help=_("Gõ tên hoặc mã xã rồi bấm Tìm, nếu hộ chuyển sang xã khác.")),
                Field("village", _("Thôn, tổ dân phố"), required=True, most=200,
                      suggestions=lambda: villages(form.context, [one.value for one in here])),
                Field("address", _("Địa chỉ"), "area"),
                Field("number", _("Mã hộ ở nơi mới"), most=60,
                      help=_("Để trống: trong cùng xã giữ số cũ, sang xã khác chưa có số.")),
            ),
        ),
        paper(),
    )  # fmt: skip


def _splitting(form: FormContext) -> tuple[Section, ...]:
    here = communes_here(form)
    return (
        Section(
            _("Thành viên tách hộ"),
            (
                Field("persons", _("Thành viên tách sang hộ mới và quan hệ với chủ hộ mới"),
                      "persons", choices=form.words(codes.RELATIONS),
                      people=form.people(lambda _: ""),
                      required=True, help=_("Đúng một người là chủ hộ của hộ mới.")),
                Field("new_head", _("Chủ hộ mới của hộ cũ (khi chủ hộ tách đi)"), "choice",
                      choices=lambda: (Choice("", "—"), *form.members()),
                      help=_("Chỉ ghi khi chủ hộ hiện nay tách đi.")),
            ),
        ),
        Section(
            _("Hộ mới"),
            (
                when(form, _("Tách hộ từ ngày")),
                Field("area", _("Xã, phường, đặc khu"), "found", required=True, by_day=True,
                      choices=here, searched=False,
                      initial=here[0].value if len(here) == 1 else ""),
                Field("village", _("Thôn, tổ dân phố"), required=True, most=200,
                      initial=lambda: form.household["village"],
                      suggestions=lambda: villages(form.context, [one.value for one in here])),
                Field("address", _("Địa chỉ"), "area"),
                Field("number", _("Mã hộ"), most=60),
                Field("keep_class", _("Giữ nguyên kết quả công nhận của hộ cũ"), "tick",
                      help=_("Cần văn bản có số và ngày ký.")),
            ),
        ),
        paper(),
    )  # fmt: skip


def _merging(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Hộ nhận"),
            (
                when(form, _("Nhập hộ từ ngày")),
                Field("into", _("Hộ nhận"), "found", required=True,
                      choices=households_found(form, form.typed("into.q")),
                      help=_("Gõ mã hộ hoặc tên một thành viên của hộ nhận, rồi bấm Tìm.")),
            ),
        ),
        Section(
            _("Thành viên hộ"),
            (
                Field("persons", _("Quan hệ với chủ hộ nhận"), "persons", required=True,
                      choices=form.words(codes.RELATIONS, "head"),
                      people=form.people(lambda _: "other_relative"),
                      initial=tuple(one.value for one in form.members())),
            ),
            help=_("Toàn hộ nhập vào hộ nhận; hộ này ngừng quản lý."),
        ),
        paper(),
    )  # fmt: skip


def _ending(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Ngừng quản lý hộ"),
            (
                when(form, _("Từ ngày")),
                Field("reason", _("Lý do"), "choice", choices=form.words(codes.DISSOLVE_REASONS),
                      required=True, initial="moved_away"),
            ),
        ),
        paper(),
    )  # fmt: skip


FORMS = (
    HouseholdForm(
        "correct", "sua", _l("Sửa thông tin của hộ"),
        _l(
            "Sửa thông tin ghi sai hoặc cập nhật thông tin của hộ. Thông tin cũ vẫn lưu trong "
            "lịch sử hồ sơ."),
        "household", command_route("correct_household"), _correcting,
    ),
    HouseholdForm(
        "move", "chuyen-di", _l("Chuyển nơi ở"),
        _l(
            "Ghi hộ chuyển đến nơi ở mới. Nếu hộ chuyển sang xã, phường khác, hồ sơ chuyển theo "
            "hộ và do nơi đến tiếp tục quản lý."),
        "household", command_route("move"), _moving,
    ),
    HouseholdForm(
        "split", "tach-ho", _l("Tách hộ"),
        _l("Ghi một số thành viên tách ra lập hộ mới; hệ thống lưu hai hộ cùng lúc."),
        "household", command_route("split"), _splitting,
    ),
    HouseholdForm(
        "merge", "nhap-ho", _l("Nhập vào hộ khác"),
        _l("Ghi toàn hộ nhập vào hộ khác; hộ này ngừng quản lý, lịch sử hồ sơ vẫn được giữ."),
        "household", command_route("merge"), _merging, grave=True,
    ),
    HouseholdForm(
        "dissolve", "ket-thuc", _l("Ngừng quản lý hộ"),
        _l("Ghi hộ không còn do xã, phường quản lý. Lịch sử hồ sơ vẫn được giữ."),
        "household", command_route("dissolve"), _ending, grave=True,
    ),
)  # fmt: skip
