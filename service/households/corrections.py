"""Corrections of what was written about a member, or about the household itself."""

from functools import partial

from flask_babel import gettext as _
from marshmallow import fields

from domain.households import codes
from domain.households.corrections import (
    CorrectHousehold,
    CorrectMember,
    HouseholdCorrection,
    MemberCorrection,
)
from domain.text import CODE, NAME, NOTE
from service.households.bodies import anyway, at_least_one
from service.households.commands import A_MEMBER, MAY_AMEND, ONE, CommandRoute, of_fields
from service.households.form import (
    FormContext,
    HouseholdForm,
    chosen,
    household_flags,
    paper,
    yes_no,
)
from service.households.members import PrivateSchema, attributes
from service.households.suggestions import villages
from service.http.commands import Circumstances
from service.http.parsing import Code, Input, Text
from service.ui.forms import Field, Section
from service.ui.i18n import lazy as _l


class MemberCorrectionSchema(PrivateSchema):
    """Attributes of a person, each as it should read."""

    name = Text(NAME, least=1)
    relation = Code(codes.RELATIONS)


class MemberCorrectionBody(Circumstances):
    """What a person's record should say; what is left out stays as it is."""

    reason = Code(codes.CORRECTION_REASONS, required=True)
    correction = fields.Nested(
        MemberCorrectionSchema,
        required=True,
        validate=at_least_one,
        metadata={"minProperties": 1},
    )
    anyway = anyway()


class HouseholdCorrectionSchema(Input):
    """Attributes of a household, each as it should read."""

    number = Text(CODE)
    village = Text(NAME, least=1)
    address = Text(NOTE)
    residence = Code(codes.RESIDENCES)
    no_labour_capacity = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    ethnic_minority = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    meritorious = fields.Boolean(allow_none=True, truthy={True}, falsy={False})


class HouseholdCorrectionBody(Circumstances):
    """What the household's own record should say; what is left out stays as it is."""

    reason = Code(codes.CORRECTION_REASONS, required=True)
    correction = fields.Nested(
        HouseholdCorrectionSchema,
        required=True,
        validate=at_least_one,
        metadata={"minProperties": 1},
    )


CORRECT_MEMBER = CommandRoute(
    "correct_member",
    f"{A_MEMBER}/corrections",
    MAY_AMEND,
    MemberCorrectionBody,
    of_fields(CorrectMember, correction=lambda body: MemberCorrection(**body["correction"])),
    example={
        "effective_on": "2022-06-01",
        "reason": "papers",
        "correction": {"birth_year": 1962},
    },
    summary="What was written about a person was wrong.",
)
CORRECT_HOUSEHOLD = CommandRoute(
    "correct_household",
    f"{ONE}/corrections",
    MAY_AMEND,
    HouseholdCorrectionBody,
    of_fields(CorrectHousehold, correction=lambda body: HouseholdCorrection(**body["correction"])),
    example={
        "effective_on": "2022-06-01",
        "reason": "judged",
        "correction": {"no_labour_capacity": True},
    },
    summary="What was written about the household itself was wrong, or is judged otherwise.",
)


def _of_a_member(form: FormContext) -> tuple[Section, ...]:
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
            help=_only_changes(),
        ),
        _basis_of_correction(form),
        paper(),
    )  # fmt: skip


def _of_the_household(form: FormContext) -> tuple[Section, ...]:
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
            help=_only_changes(),
        ),
        _basis_of_correction(form),
        paper(),
    )  # fmt: skip


def _flag(form: FormContext, name: str) -> str:
    """Which of `yes_no` a flag of the household is."""
    return chosen(getattr(form.household["flags"], name))


def _correct_since(form: FormContext) -> Field:
    """Since when the correct content holds: what was wrong from the start, since registration."""

    def registered_on() -> str:
        first = f"{form.household['registered_on']:%d/%m/%Y}"
        return _("Nếu sai ngay từ đầu, nhập ngày lập hồ sơ: %(day)s.", day=first)

    return Field(
        "effective_on",
        _("Áp dụng từ ngày"),
        "day",
        help=registered_on,
        required=True,
    )


def _basis_of_correction(form: FormContext) -> Section:
    """Since when the correct content holds, and why it is corrected."""
    return Section(
        _("Căn cứ"),
        (
            _correct_since(form),
            Field("reason", _("Lý do"), "choice", required=True, initial="error",
                  choices=form.words(codes.CORRECTION_REASONS)),
        ),
    )  # fmt: skip


def _only_changes() -> str:
    """What a form says that corrects: nothing else is recorded."""
    return str(_("Chỉ lưu những mục được sửa. Thông tin cũ vẫn lưu trong lịch sử hồ sơ."))


FORMS = (
    HouseholdForm(
        "correct_member", "nguoi/<uuid:person_id>/sua", _l("Sửa thông tin thành viên"),
        _l("Sửa thông tin ghi sai của một thành viên. Thông tin cũ vẫn lưu trong lịch sử hồ sơ."),
        "person", CORRECT_MEMBER, _of_a_member,
    ),
    HouseholdForm(
        "correct", "sua", _l("Sửa thông tin của hộ"),
        _l(
            "Sửa thông tin ghi sai hoặc cập nhật thông tin của hộ. Thông tin cũ vẫn lưu trong "
            "lịch sử hồ sơ."),
        "household", CORRECT_HOUSEHOLD, _of_the_household,
    ),
)  # fmt: skip
