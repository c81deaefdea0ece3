"""Movements name the change from one class to the next, in the terms of the movement reports.

`rules`: a household on the list before, recognised as having left it and listed again, is a
return (tái nghèo, tái cận nghèo); near-poor becoming poor is a column of its own and not newly
arising. The whole history of the household is looked at, as no look-back limit is known.
"""

from domain.households.codes import LISTED

_TAGGED = {"old": "opening", "moved_in": "other_in"}


def movement(class_before: str, class_: str, listed_before: bool, listing: str = "") -> str:
    """A code of `codes.MOVEMENTS` for the step from one class to another.

    `class_before` is "" where there was none; `listed_before` says whether the household was
    ever poor or near-poor before; `listing` is the tag of an official list ("" for none).
    """
    if class_before == class_:
        return "unchanged"
    if class_ not in LISTED:
        if class_before == "poor":
            return "exit_above"
        return "exit_near_poverty" if class_before == "near_poor" else "unchanged"
    if class_before == "near_poor":
        return "near_poor_to_poor"
    if class_before == "poor":
        return "poor_to_near_poor"
    if listing in _TAGGED:
        return _TAGGED[listing]
    if listed_before or listing == "again":
        return "re_poverty" if class_ == "poor" else "re_near_poverty"
    return "newly_arising"


def exit_kind(class_before: str, class_: str) -> str:
    """A code of `codes.EXITS` if the step leaves poverty or the list, else ""."""
    if class_before == "poor" and class_ == "near_poor":
        return "to_near_poor"
    if class_before in LISTED and class_ not in LISTED:
        return "above_near_poor"
    return ""
