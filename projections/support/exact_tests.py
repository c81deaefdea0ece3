"""Exact tests for small numbers, by whole numbers alone: each gives the chance of what was seen.

A p-value is the chance of so much or more where nothing was bent. As the distributions are those of
whole numbers, a test at one percent raises a false alarm in at most one case of a hundred.
"""

from fractions import Fraction
from math import comb


def crowding(two_below: int, below: int, past: int, two_past: int) -> Fraction:
    """The chance that so many of four neighbouring bands lie just past the line, or more.

    The bands are equally wide, and the line lies between the second and the third. Where nothing
    was bent, the logarithm of the expected numbers follows a parabola over the four bands: so does
    every bell-shaped distribution, with any centre and width. Given the number, the sum and the sum
    of squares of the bands, the counts can only differ by steps of (-1, +3, -3, +1), and their
    chances are those of multinomial coefficients: no width, centre or slope is estimated.
    """
    first = max(-two_past, -(below // 3))
    last = min(two_below, past // 3)
    bands = two_below - first, below + 3 * first, past - 3 * first, two_past + first
    weight = _multinomial(*bands)
    seen = total = 0
    for step in range(first, last + 1):
        total += weight
        if step <= 0:
            seen += weight
        a, b, c, d = two_below - step, below + 3 * step, past - 3 * step, two_past + step
        weight = weight * a * c * (c - 1) * (c - 2) // ((b + 1) * (b + 2) * (b + 3) * (d + 1))
    return Fraction(seen, total)


def earlier_than_others(before: int, after: int, others_before: int, others_after: int) -> Fraction:
    """The chance that so many of one kind lie before a day, or more, among two kinds (Fisher).

    Where nothing was bent, both kinds are as likely to lie before the day.
    """
    kind, all_before = before + after, before + others_before
    whole = kind + others_before + others_after
    ways = (
        comb(kind, one) * comb(whole - kind, all_before - one)
        for one in range(before, min(kind, all_before) + 1)
    )
    return Fraction(sum(ways), comb(whole, all_before))


def more_often(one_way: int, other_way: int) -> Fraction:
    """The chance that so many of all changes go one way, or more, where both are as likely."""
    changes = one_way + other_way
    ways = sum(comb(changes, one) for one in range(one_way, changes + 1))
    return Fraction(ways, 2**changes)


def _multinomial(a: int, b: int, c: int, d: int) -> int:
    return comb(a + b + c + d, a) * comb(b + c + d, b) * comb(c + d, c)
