"""Refusals of commands and questions about areas."""

from domain.errors import NotFound, Refusal

# The unit that a text, a code or a unit id names.


class AreaUnknown(NotFound):
    """No administrative unit has this code or name. `similar` lists units that come close."""

    code = "area_unknown"


class AreaNotValidOn(Refusal):
    """The unit exists, but not on this date.

    `valid_from` is its first day, `valid_to` the first day without it, `successors` what its
    land belongs to since.
    """

    code = "area_not_valid_on"


class AreaAmbiguous(Refusal):
    """Several units answer to this name: say which. `candidates` lists them."""

    code = "area_ambiguous"


class AreaNameContradictsCode(Refusal):
    """The code belongs to a unit of another name."""

    code = "area_name_contradicts_code"


class NotACommune(Refusal):
    """Households belong to units of the commune level, or to a district that has none."""

    code = "not_a_commune"


# What a unit says of itself.


class UnitMalformed(Refusal):
    """A unit is named CODE@YYYY-MM-DD."""

    code = "unit_malformed"


class CodeMalformed(Refusal):
    """An official code has two (province), three (district) or five digits (commune)."""

    code = "code_malformed"


class KindUnknown(Refusal):
    """The full name begins with none of the kinds of units of this level."""

    code = "kind_unknown"


class AreaTypeUnknown(Refusal):
    """A commune is urban, rural, or unknown; units above it have no such type."""

    code = "area_type_unknown"


class NameMissing(Refusal):
    """A unit needs its full official name, kind included."""

    code = "area_name_missing"


# What may happen to a unit.


class CodeInUse(Refusal):
    """Another unit has this code on that date or later."""

    code = "code_in_use"


class ParentLevelWrong(Refusal):
    """A commune belongs to a district or a province, a district to a province, that to none."""

    code = "parent_level_wrong"


class HasUnitsBelow(Refusal):
    """Other units still belong to this one on that date: move or close them first."""

    code = "has_units_below"


class AlreadyClosed(Refusal):
    """The unit has already ended."""

    code = "area_already_closed"


class BeforeItsTime(Refusal):
    """The date lies before the first day of the unit, or before what was recorded last."""

    code = "before_its_time"


class SourcesMissing(Refusal):
    """A merger needs at least two units, a division at least two parts."""

    code = "sources_missing"


class LevelMismatch(Refusal):
    """The new unit has to be of the level of the units it is made of."""

    code = "level_mismatch"


class DocumentMissing(Refusal):
    """A change of units rests on a resolution: give its number."""

    code = "area_document_missing"
