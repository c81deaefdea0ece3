"""Scores persons of many households against each other, by Splink on DuckDB, in memory.

What is compared and how stands in `linkage.toml`. DuckDB is told to write no file: it holds names,
and fails rather than spill to disk. Splink and DuckDB are an extra of the installation, so they are
imported where they are used.
"""

import logging
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, NamedTuple

import msgspec

_OUT_OF_MEMORY = "Out of Memory Error"
NEEDED = ("splink", "duckdb", "pyarrow")
EXTRA = "duplicates"
"""The name of the extra of the installation, and of its file in `requirements/`."""


class LibrariesMissing(Exception):
    """The libraries of the search are not installed."""


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a comparison; `frequency` weighs a common value less than a rare one."""

    says: str
    when: str
    m: float
    u: float
    frequency: bool = False


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One comparison of two persons: its levels from the strongest to the weakest."""

    name: str
    unknown: str
    levels: tuple[Level, ...]
    frequency: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a search, as `linkage.toml` has them."""

    version: int
    prior: float
    threshold: float
    supposed_people: int
    memory_mib: int
    threads: int
    blocking: tuple[tuple[str, ...], ...]
    comparison: tuple[Comparison, ...]


class PersonRow(NamedTuple):
    """One person as it is compared. `row` is their place among all; "" and None are unknown.

    `name` and `village` are folded, `identity` is a blind index. `birth_swapped` is the birth date
    with day and month swapped, `birth_day` its day and month. `fellows` are the other members.
    """

    row: int
    household: int
    name: str
    plain_name: str
    surname: str
    birth_date: str | None
    birth_swapped: str | None
    birth_day: str | None
    birth_year: int | None
    sex: str
    identity: str | None
    identity_length: int | None
    unit: str
    village: str
    fellows: tuple[str, ...]


class ScoredCouple(NamedTuple):
    """Two persons of two households by their rows, with the probability that they are one."""

    row: int
    other: int
    probability: float


def is_installed() -> bool:
    """Whether the libraries of the search are there."""
    return all(find_spec(name) is not None for name in NEEDED)


@cache
def settings() -> Settings:
    """The settings of this version of the software."""
    text = files("projections.duplicates").joinpath("linkage.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Settings)


def score(people: Iterable[PersonRow], using: Settings | None = None) -> list[ScoredCouple]:
    """The couples of persons of different households at or above the threshold, by their rows.

    The same people give the same answer. Raises LibrariesMissing, and MemoryError where the
    comparison takes more memory than the settings allow.
    """
    if not is_installed():
        raise LibrariesMissing
    import duckdb

    chosen = using or settings()
    with _in_memory(duckdb, chosen) as conn:
        try:
            return sorted(_predicted(conn, chosen)) if _load(conn, people) else []
        except Exception as error:
            # Splink wraps what DuckDB raises; its message quotes statements, and is left behind.
            if _OUT_OF_MEMORY not in str(error):
                raise
            raise MemoryError("the comparison takes more memory than it is given") from None


def _in_memory(duckdb: Any, chosen: Settings) -> Any:
    """A database that lives in memory, reads no extension and writes no file."""
    conn = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{chosen.memory_mib}MiB",
            "threads": chosen.threads,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    conn.execute("set enable_progress_bar = false")
    return conn


def _load(conn: Any, people: Iterable[PersonRow]) -> int:
    """Puts the people into the table `people`; returns how many they are."""
    import pyarrow

    text, whole = pyarrow.string(), pyarrow.int32()
    types = {
        "row": whole, "household": whole, "birth_year": whole, "identity_length": whole,
        "fellows": pyarrow.list_(text),
    }  # fmt: skip
    schema = pyarrow.schema([(name, types.get(name, text)) for name in PersonRow._fields])
    count = 0
    for batch in _batches(people):
        columns = zip(*batch, strict=True)
        arrays = [
            pyarrow.array(list(values), schema.field(name).type)
            for name, values in zip(PersonRow._fields, columns, strict=True)
        ]
        conn.register("batch", pyarrow.table(arrays, schema=schema))
        begin = "insert into people" if count else "create table people as"
        conn.execute(f"{begin} select * from batch")
        conn.unregister("batch")
        count += len(batch)
    return count


def _batches(people: Iterable[PersonRow], size: int = 10_000) -> Iterator[list[PersonRow]]:
    batch: list[PersonRow] = []
    for one in people:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _predicted(conn: Any, chosen: Settings) -> Iterator[ScoredCouple]:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(conn)
    linker = Linker(
        database.register("people"),
        splink_settings(chosen),
        log_level=None,
        validate_settings=False,
    )
    for column, u in frequencies(chosen).items():
        conn.execute(
            f"create table frequency_{column} as select {column}, (count(*) + $supposed * $u)"
            f" / (sum(count(*)) over () + $supposed) as tf_{column}"
            f" from people where {column} <> '' group by {column}",
            {"supposed": chosen.supposed_people, "u": u},
        )
        linker.table_management.register_term_frequency_lookup(
            database.register(f"frequency_{column}"), column
        )
    found = linker.inference.predict(
        threshold_match_probability=chosen.threshold, warning_mode="never"
    )
    rows = found.as_duckdbpyrelation().project("row_l, row_r, match_probability").fetchall()
    for one, other, probability in rows:
        yield ScoredCouple(min(one, other), max(one, other), float(probability))


def frequencies(chosen: Settings) -> dict[str, float]:
    """The columns whose values count by how common they are, with u where that is not known."""
    return {
        one.frequency: level.u
        for one in chosen.comparison
        for level in one.levels
        if level.frequency
    }


def splink_settings(chosen: Settings) -> dict[str, Any]:
    """The settings as Splink takes them; every probability is given, and none is trained."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "probability_two_random_records_match": chosen.prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            " and ".join([*(f"l.{column} = r.{column}" for column in columns), _APART])
            for columns in chosen.blocking
        ],
        "comparisons": [_comparison(one) for one in chosen.comparison],
    }


_APART = "l.household <> r.household"


def _comparison(one: Comparison) -> dict[str, Any]:
    unknown = {
        "sql_condition": _columns(one.unknown),
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    return {
        "output_column_name": one.name,
        "comparison_levels": [unknown, *(_level(level, one.frequency) for level in one.levels)],
    }


def _level(level: Level, frequency: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sql_condition": "ELSE" if level.when == "else" else _columns(level.when),
        "label_for_charts": level.says,
        "m_probability": level.m,
        "u_probability": level.u,
        "fix_m_probability": True,
        "fix_u_probability": True,
    }
    if level.frequency:
        made |= {"tf_adjustment_column": frequency, "tf_adjustment_weight": 1.0}
    return made


def _columns(condition: str) -> str:
    """A condition with the names that Splink gives to the columns of the two persons."""
    for side in ("l", "r"):
        for column in sorted(PersonRow._fields, key=len, reverse=True):
            condition = condition.replace(f"{side}.{column}", f"{column}_{side}")
    return condition
