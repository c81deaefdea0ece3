"""Households that move, split, merge or end."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from domain.households import codes
from domain.households.handler import HouseholdCommand
from domain.households.relocation import (
    DissolveHousehold,
    MergeHousehold,
    MoveHousehold,
    SplitHousehold,
)
from domain.text import CODE, NAME, NOTE
from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.households.bodies import A_PERSON, anyway
from service.households.commands import (
    MAY_AMEND,
    ONE,
    CommandRoute,
    of_fields,
    without_circumstances,
)
from service.households.form import FormContext, HouseholdForm, paper, when
from service.households.form_lookup import areas_found, communes_here, households_found
from service.households.permissions import May
from service.households.suggestions import villages
from service.http.commands import Circumstances
from service.http.parsing import Code, Input, OptionalText, Output, Text, Unit, Whole
from service.matching.candidates import anyway_of
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l

_MAY_SPLIT = Rule(May.AMEND, authorization.household_and_area)
_MAY_MERGE = Rule(May.AMEND, authorization.both_households)


class MoveBody(Circumstances):
    """The household lives elsewhere. Without an area it stays in its commune, or in the one that
    has taken over all its land."""

    area = Unit(load_default="")
    village = Text(NAME, least=1, required=True)
    address = Text(NOTE, load_default=None, allow_none=True)
    number = Text(CODE, load_default=None, allow_none=True)


class SplitPersonSchema(Input):
    """Who goes, and what they are to the head of the new household."""

    person_id = fields.UUID(required=True)
    relation = Code(codes.RELATIONS, required=True)


class PersonsBody(Circumstances):
    """Persons who go over, each once."""

    persons = fields.List(
        fields.Nested(SplitPersonSchema), required=True, validate=validate.Length(1, 60)
    )

    @validates_schema
    def each_once(self, data: dict[str, Any], **_: Any) -> None:
        """Refuses a person who is given twice."""
        given = [one["person_id"] for one in data.get("persons", ())]
        if len(set(given)) < len(given):
            raise ValidationError("Not a valid list: a person is given twice.", "persons")


class SplitBody(PersonsBody):
    """Some members form a household of their own: in the area named, else in the same commune, or
    in the one that has taken over all its land."""

    area = Unit(load_default="")
    village = Text(NAME, least=1, required=True)
    address = OptionalText(NOTE)
    number = OptionalText(CODE)
    new_head = fields.UUID(load_default=None, allow_none=True)
    keep_class = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    anyway = anyway()


class MergeBody(PersonsBody):
    """All members go over into another household. `into_version` is its ETag as last read."""

    into = fields.UUID(required=True)
    into_version = Whole(1, 10**9, load_default=None, allow_none=True)
    anyway = anyway()


class DissolveBody(Circumstances):
    """The household ends."""

    reason = Code(codes.DISSOLVE_REASONS, required=True)


class EndingSchema(Output):
    """How the household ended."""

    on = fields.Date(required=True)
    reason = fields.String(required=True)
    into = fields.UUID(required=True, allow_none=True)


class EndingShown(Output):
    """The end of a household as the API shows it."""

    ended = fields.Nested(EndingSchema, required=True, allow_none=True)


def _merge(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    body = without_circumstances(context.body)
    relations = _relations({"persons": body.pop("persons")})
    return MergeHousehold(household_id, **body, relations=relations, anyway=anyway_of(context))


def _relations(body: dict[str, Any]) -> dict[UUID, str]:
    return {one["person_id"]: one["relation"] for one in body["persons"]}


MOVE = CommandRoute(
    "move",
    f"{ONE}/moves",
    MAY_AMEND,
    MoveBody,
    of_fields(MoveHousehold),
    example={
        "effective_on": "2023-04-01",
        "area": "19804",
        "village": "Tổ dân phố 5",
    },
    summary="The household moves, within its commune or to another one.",
)
SPLIT = CommandRoute(
    "split",
    f"{ONE}/split",
    _MAY_SPLIT,
    SplitBody,
    of_fields(SplitHousehold, persons=_relations),
    example={
        "effective_on": "2023-07-01",
        "persons": [{"person_id": A_PERSON, "relation": "head"}],
        "village": "Tổ dân phố 3",
    },
    summary="Some members form a household of their own. `created` of the answer is its id.",
)
MERGE = CommandRoute(
    "merge",
    f"{ONE}/merge",
    _MAY_MERGE,
    MergeBody,
    _merge,
    example={
        "effective_on": "2023-08-01",
        "into": "8a2f3b1c-0d4e-4c6f-9a7b-5e6d7c8b9a01",
        "persons": [{"person_id": A_PERSON, "relation": "parent"}],
    },
    summary="All members go over into another household, and this one ends.",
)
DISSOLVE = CommandRoute(
    "dissolve",
    f"{ONE}/dissolution",
    MAY_AMEND,
    DissolveBody,
    of_fields(DissolveHousehold),
    example={"effective_on": "2023-09-01", "reason": "moved_away"},
    summary="The household ends.",
)


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


COMMANDS = (MOVE, SPLIT, MERGE, DISSOLVE)
FORMS = (
    HouseholdForm(
        "move", "chuyen-di", _l("Chuyển nơi ở"),
        _l(
            "Ghi hộ chuyển đến nơi ở mới. Nếu hộ chuyển sang xã, phường khác, hồ sơ chuyển theo "
            "hộ và do nơi đến tiếp tục quản lý."),
        "household", MOVE, _moving,
    ),
    HouseholdForm(
        "split", "tach-ho", _l("Tách hộ"),
        _l("Ghi một số thành viên tách ra lập hộ mới; hệ thống lưu hai hộ cùng lúc."),
        "household", SPLIT, _splitting,
    ),
    HouseholdForm(
        "merge", "nhap-ho", _l("Nhập vào hộ khác"),
        _l("Ghi toàn hộ nhập vào hộ khác; hộ này ngừng quản lý, lịch sử hồ sơ vẫn được giữ."),
        "household", MERGE, _merging, grave=True,
    ),
    HouseholdForm(
        "dissolve", "ket-thuc", _l("Ngừng quản lý hộ"),
        _l("Ghi hộ không còn do xã, phường quản lý. Lịch sử hồ sơ vẫn được giữ."),
        "household", DISSOLVE, _ending, grave=True,
    ),
)  # fmt: skip
