import pytest


@pytest.fixture
def draft_two_tier() -> str:
    """The two-tier rule of the draft of September 2025, which was not adopted.

    Its upper lines are put here as the adopted ones; only the floor is the draft's.
    """
    return """
id = "draft"
scope = "national"
area_types = ["rural", "urban"]
title = { vi = "Dự thảo", en = "Draft" }
sources = [
  { number = "draft", title = { vi = "Dự thảo", en = "Draft" }, what = { vi = "-", en = "-" }, certainty = "draft" },
]

[lines.floor]
title = { vi = "mức sàn", en = "the floor" }
source = "draft"
per = "month"
income = { rural = { value = 1_900_000, certainty = "draft" }, urban = { value = 2_500_000, certainty = "draft" } }
score = { rural = { certainty = "unknown" }, urban = { certainty = "unknown" } }

[lines.line]
title = { vi = "chuẩn thu nhập", en = "the line" }
source = "draft"
per = "month"
income = { rural = { value = 2_200_000, certainty = "draft" }, urban = { value = 2_800_000, certainty = "draft" } }
score = { rural = { certainty = "unknown" }, urban = { certainty = "unknown" } }

[rule]
source = "draft"
above = "not_poor"
deprived_at_least = { value = 3, certainty = "draft" }
points_at_least = { certainty = "unknown" }
points_per_indicator = { certainty = "unknown" }
indicator_count = { value = 12, certainty = "draft" }
tiers = [
  { line = "floor", class = "poor" },
  { line = "line", deprived = "poor", otherwise = "near_poor" },
]

[after_exit]
newly_escaped_months = { certainty = "unknown" }
re_poverty_look_back_months = { certainty = "unknown" }
"""  # noqa: E501
