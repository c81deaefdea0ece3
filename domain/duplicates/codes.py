"""Codes of duplicates: the ways in which a pair is found, and the answers that settle it."""

MATCHER, BULK = "matcher", "bulk"
WAYS = {
    MATCHER: "Khi nhập hồ sơ",
    BULK: "Rà tìm theo địa bàn",
}
"""By the matcher, one household at a time; by a search over an area."""

SAME_HOUSEHOLD, SAME_PERSON, DIFFERENT = "same_household", "same_person", "different"
VERDICTS = {
    SAME_HOUSEHOLD: "Cùng một hộ",
    SAME_PERSON: "Cùng một người, ghi nhầm ở một hộ",
    DIFFERENT: "Hai hộ khác nhau, không trùng người",
}
"""One household on record twice; one person in two households; another household and person."""

CERTAIN_SCORE = 1_000
"""Scores are probabilities in thousandths."""

MOST_COUPLES = 20
"""Couples of persons that an event holds of one pair; those with the highest scores."""
