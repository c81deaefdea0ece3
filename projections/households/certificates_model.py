"""The read model `certificates` holds each certificate, and when it ended."""

from collections.abc import Sequence
from typing import ClassVar

from domain.eventstore.personal import Keyring
from domain.households import events as e
from domain.households.certificates import validity
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.households.check_codes import certificate_key
from projections.households.state import InEffect, in_effect

# The events that give a certificate, or on which its validity rests.
CERTIFICATE_EVENTS: frozenset[type] = frozenset({
    e.CertificateIssued, e.CertificateWithdrawn, e.CertificateReplaced, e.Classified,
    e.ClassificationWithdrawn, e.Moved, e.MergedInto, e.Dissolved,
})  # fmt: skip


class Certificates(PerAggregateProjection[InEffect]):
    """One row for each certificate.

    `ended_on` is the first day on which it is not valid, `ended_by` a code of
    `domain.households.certificates.ENDS`. `check_key` is that of its check code.
    """

    name = "certificates"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "certificates",
            {
                "certificate_id": "uuid not null",
                "household_id": "uuid not null",
                "area": 'text not null collate "C"',
                "number": "text not null",
                "class": "text not null",
                "issued_on": "date not null",
                "seq": "bigint not null",
                "decision_number": "text not null",
                "decision_signed_on": "date",
                "ended_on": "date",
                "ended_by": "text not null",
                "check_key": "bytea not null",
            },
            key=("certificate_id",),
            indexes=(
                "create index {table}_household on {table} (household_id)",
                "create unique index {table}_check on {table} (check_key)",
                "create index {table}_area on {table} (area, issued_on, number)",
            ),
        ),
    )

    fold = staticmethod(in_effect)
    events: ClassVar[frozenset[type] | None] = CERTIFICATE_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """All certificates of the households that have any."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            if not any(type(row.event) is e.CertificateIssued for row in history.events):
                continue
            before = history.state_before
            deletes += [(id_,) for id_ in before.record.certificates] if before else []
            inserts += _rows(history, keyring)
        return Changes(deletes={"certificates": deletes}, inserts={"certificates": inserts})


def _rows(history: AggregateHistory[InEffect], keyring: Keyring) -> list[TableRow]:
    record, seqs = history.state.record, history.state.seqs
    rows: list[TableRow] = []
    for one in record.certificates.values():
        valid = validity(record, one)
        rows.append((
            one.certificate_id, history.aggregate_id, one.area, one.number, one.class_,
            one.effective_on, seqs[one.originator_version], one.rests_on.number,
            one.rests_on.signed_on, valid.ended_on, valid.how,
            certificate_key(keyring, one.certificate_id),
        ))  # fmt: skip
    return rows
