"""The read model `household_file` holds the state of each household in one row.

The row holds every event known, those that take effect later included; the query uses it only
where that makes no difference, and folds the stored events where it does.
"""

import re
from collections.abc import Sequence

import msgspec

from domain.eventstore.personal import Keyring
from projections.engine.bulk_copy import JsonBytes
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table
from projections.households.state import InEffect, in_effect, state_of

_encode = msgspec.json.Encoder().encode
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # not a backslash followed by "u0000"


class HouseholdFile(PerAggregateProjection[InEffect]):
    """One row for each household; `state` is a `HouseholdState` as JSON.

    It is stored as it is made, as type json: to take it apart for jsonb costs PostgreSQL twice what
    the rest of the row does, and a household is read as a whole.
    """

    name = "household_file"
    version = 2
    topics = ("household.",)
    tables = (
        Table(
            "household_file",
            {
                "household_id": "uuid not null",
                "version": "integer not null",
                "seq": "bigint not null",
                "effective_on": "date not null",
                "state": "json storage external not null",
            },
            key=("household_id",),
            # A file is a few kilobytes, mostly ciphertext: neither compressed nor moved aside.
            options="toast_tuple_target = 8160",
        ),
    )

    fold = staticmethod(in_effect)

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """The whole row of each household that has new events."""
        rows = []
        for history in histories:
            state = state_of(history.state)
            encoded = _encode(state)
            if b"\\u0000" in encoded and _ZERO.search(encoded):
                raise ValueError("a text with a zero character, which PostgreSQL does not show")
            rows.append(
                (
                    state.household_id, state.version, state.seq, state.effective_on,
                    JsonBytes(encoded),
                )
            )  # fmt: skip
        return Changes(
            deletes={"household_file": [(h.aggregate_id,) for h in histories if not h.is_new]},
            inserts={"household_file": rows},
        )
