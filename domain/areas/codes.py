"""Codes, kinds and levels of units, and the unit ids by which the record names them.

A unit is named "CODE@YYYY-MM-DD": its official code and the first day on which it had this land.
A code alone is never a key: 19804 was phường Hương Sơ and is phường Hương An since 1 July 2025.
"""

import unicodedata
from datetime import date
from uuid import UUID, uuid5

from domain.areas.errors import CodeMalformed, KindUnknown, UnitMalformed

COUNTRY = ""  # the parent of the provinces, and the area "the whole country"

PROVINCE, DISTRICT, COMMUNE = "province", "district", "commune"
LEVELS = (PROVINCE, DISTRICT, COMMUNE)
URBAN, RURAL, UNKNOWN = "urban", "rural", "unknown"
AREA_TYPES = (URBAN, RURAL, UNKNOWN)
WHOLE, PART = "whole", "part"

# The code list of Quyết định 124/2004/QĐ-TTg was signed on this day. Units whose own first day
# is not known begin here, and say that they are not certain (docs/decisions/0020).
FIRST_DAY = date(2004, 7, 8)

# From this day there is no district level and no thị trấn (Quyết định 19/2025/QĐ-TTg).
REFORM = date(2025, 7, 1)

CENTRAL_CITY = "thành phố trung ương"
SPECIAL_ZONE = "đặc khu"
KINDS: dict[str, tuple[str, ...]] = {
    PROVINCE: ("tỉnh", CENTRAL_CITY),
    DISTRICT: ("quận", "huyện", "thị xã", "thành phố"),
    COMMUNE: ("phường", "xã", "thị trấn", SPECIAL_ZONE),
}
_KIND_WORDS = tuple(
    dict.fromkeys(
        f"{'thành phố' if kind == CENTRAL_CITY else kind} "
        for level in (COMMUNE, DISTRICT, PROVINCE)
        for kind in KINDS[level]
    )
)
_LEVEL_OF_LENGTH = {2: PROVINCE, 3: DISTRICT, 5: COMMUNE}
_NAMESPACE = UUID("b44c1bd4-6ad0-5ff3-9d84-3d2f7f0a8a11")


def unit_id(code: str, valid_from: date) -> str:
    """The name of a unit in the record: "19804@2025-07-01"."""
    return f"{code}@{valid_from.isoformat()}"


def parse_unit(unit: str) -> tuple[str, date]:
    """The code and first day of a unit id. Raises UnitMalformed."""
    code, _, day = unit.partition("@")
    try:
        return code, date.fromisoformat(day)
    except ValueError:
        raise UnitMalformed(unit=unit) from None


def aggregate_id(unit: str) -> UUID:
    """The id of the unit's own history."""
    return uuid5(_NAMESPACE, f"area:{unit}")


def population_id(unit: str, on: date) -> UUID:
    """The id of what is declared of a unit's inhabitants on one day."""
    return uuid5(_NAMESPACE, f"population:{unit}:{on.isoformat()}")


def level_of(code: str) -> str:
    """Provinces have two digits, districts three, communes five. Raises CodeMalformed."""
    level = _LEVEL_OF_LENGTH.get(len(code), "")
    if not level or not code.isascii() or not code.isdigit():
        raise CodeMalformed(code=code)
    return level


def clean_name(name: str) -> str:
    """A name in Unicode NFC with single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def kind_of(code: str, name: str) -> str:
    """The kind that a full official name begins with: "Phường Hương Sơ" -> "phường".

    Raises KindUnknown where no kind of the code's level stands there.
    """
    level = level_of(code)
    lowered = name.lower()
    for kind in KINDS[level]:
        word = "thành phố" if kind == CENTRAL_CITY else kind
        if lowered.startswith(word + " "):
            return kind
    raise KindUnknown(code=code, name=name, kinds=KINDS[level])


def bare_name(name: str) -> str:
    """A full official name without its kind: "Thị trấn Ea Súp" -> "Ea Súp"."""
    lowered = name.lower()
    for word in _KIND_WORDS:
        if lowered.startswith(word):
            return name[len(word) :]
    return name


def area_type_of(kind: str, on: date) -> str:
    """Urban or rural as it follows from the kind of a commune; "" above the communes.

    Before 1 July 2025 phường and thị trấn are urban, xã rural; since then phường urban, xã
    rural. Of a đặc khu no rule is known: "unknown", to be asked and not guessed.
    """
    if kind not in KINDS[COMMUNE]:
        return ""
    if kind == SPECIAL_ZONE:
        return UNKNOWN
    if kind == "thị trấn":
        return URBAN if on < REFORM else UNKNOWN
    return URBAN if kind == "phường" else RURAL
