"""The rule in SQL gives what the rule in Python gives, on a real server."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.standards import Standard, SurveyFigures, decide
from domain.standards.load import parse
from domain.standards.sql import Columns, class_expression
from tests.standards import standards

STANDARDS = tuple(standards())
Row = tuple[str | None, int | None, int | None, int | None, int | None]


@pytest.fixture(scope="module")
def server(postgres: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.url(), autocommit=True) as conn:
        yield conn


def by_python(standard: Standard, row: Row) -> str:
    try:
        return decide(standard, SurveyFigures(row[0] or "", *row[1:])).class_
    except Refusal as refusal:
        return "!" + refusal.code


def by_sql(conn: psycopg.Connection, standard: Standard, rows: list[Row]) -> list[str]:
    query = (
        f"select {class_expression(standard)} from unnest(%s::text[], %s::bigint[], %s::int[],"
        " %s::int[], %s::int[]) with ordinality as t(area_type, income, deprived, b1, b2, n)"
        " order by n"
    )
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [row[0] for row in conn.execute(query, columns).fetchall()]


def near(bounds: set[int]) -> st.SearchStrategy[int | None]:
    """None, anything, or a bound and its neighbours."""
    edges = sorted({bound + off for bound in bounds for off in (-1, 0, 1)} | {-1, 0})
    return st.none() | st.sampled_from(edges) | st.integers(0, max(edges) + 10)


def rows_for(standard: Standard) -> st.SearchStrategy[Row]:
    lines = {
        step.bound // step.times
        for steps in standard.income_steps.values()
        for step in steps
        if step.bound is not None
    }
    scores = {s.bound for steps in standard.score_steps.values() for s in steps if s.bound}
    return st.tuples(
        st.none() | st.sampled_from([*standard.area_types, "moon"]),
        near(lines or {1_000_000}),
        near({3, standard.rule.indicator_count.value or 12}),
        near(scores or {100}),
        near({30, 100, 120}),
    )


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.id)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_sql_and_python_give_the_same_class_or_the_same_refusal(
    server: psycopg.Connection, standard: Standard, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(rows_for(standard), min_size=1, max_size=60))
    assert by_sql(server, standard, rows) == [by_python(standard, row) for row in rows]


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.id)
def test_they_agree_at_every_corner_of_every_line(
    server: psycopg.Connection, standard: Standard
) -> None:
    rows: list[Row] = []
    for area in standard.area_types:
        incomes = {s.bound // s.times for s in standard.income_steps[area] if s.bound} | {0}
        scores = {s.bound for s in standard.score_steps[area] if s.bound} | {0}
        for income in [None, *sorted({i + off for i in incomes for off in (-1, 0, 1)})]:
            for b1 in [None, *sorted({b + off for b in scores for off in (-1, 0, 1)})]:
                for deprived, b2 in (
                    (None, None),
                    (2, 20),
                    (3, 30),
                    (3, 29),
                    (4, None),
                    (None, 31),
                ):
                    rows.append((area, income, deprived, b1, b2))
    assert by_sql(server, standard, rows) == [by_python(standard, row) for row in rows]


def test_a_two_tier_rule_and_a_rule_with_a_hole_in_it_compile_too(
    server: psycopg.Connection, draft_two_tier: str
) -> None:
    hole = draft_two_tier.replace(
        'income = { rural = { value = 1_900_000, certainty = "draft" }',
        'income = { rural = { certainty = "unknown" }',
    )
    rows: list[Row] = [
        (area, income, deprived, None, None)
        for area in ("rural", "urban")
        for income in (0, 1_900_000, 1_900_001, 2_200_000, 2_200_001, 2_500_001, 2_800_001)
        for deprived in (None, 0, 2, 3, 12, 13)
    ]
    for text in (draft_two_tier, hole):
        draft = parse(text, file="draft.toml")
        assert by_sql(server, draft, rows) == [by_python(draft, row) for row in rows]
    assert by_python(parse(hole, file="draft.toml"), ("rural", 1, 2, None, None)) == (
        "!threshold_not_set"
    )


def test_the_expression_reads_the_columns_it_is_told_to(server: psycopg.Connection) -> None:
    columns = Columns(area_type="a.kind", income="a.money", deprived="a.d", b1="null::int", b2="0")
    expression = class_expression(STANDARDS[1], columns)
    row = server.execute(
        f"select {expression} from (values ('rural', 1500000::bigint, 3)) as a(kind, money, d)"
    ).fetchone()
    assert row == ("poor",)
