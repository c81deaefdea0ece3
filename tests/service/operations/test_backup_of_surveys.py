"""What belongs to surveys and is no event comes back with a backup: photos, drafts, score cards."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.commands.command import Document
from domain.eventstore.personal import Keyring
from domain.standards.score_card import import_score_card, read_score_cards
from service.access import accounts
from service.households import attachments, survey_drafts
from service.households.attachments import Attachment, open_attachment
from service.households.survey_drafts import DraftSave
from service.operations.backups import back_up, restore
from tests.conftest import Database
from tests.domain.standards.test_score_card import INVENTED, NAME
from tests.service.households.test_attachments import jpeg
from tests.service.operations.test_backups import (  # noqa: F401 (fixtures)
    INDEX,
    MASTER,
    full,
    other,
    settings_of,
)

NOW = datetime(2023, 12, 20, 2, tzinfo=UTC)
BY = "khaosat"


def opened(database: Database) -> ConnectionPool:
    return ConnectionPool(database.url, min_size=1, max_size=3, open=True)


def test_photos_drafts_and_score_cards_come_back(
    full: Database,  # noqa: F811
    other: Database,  # noqa: F811
    tmp_path: Path,
) -> None:
    with (
        ConnectionPool(full.url, min_size=1, max_size=3, open=True) as pool,
        pool.connection() as conn,
    ):
        keyring = Keyring(pool, MASTER, INDEX)
        row = conn.execute("select originator_id from store.events limit 1").fetchone()
        assert row
        household: UUID = row[0]
        accounts.create_account(conn, account=BY, name=BY, created_by="test", now=NOW)
        sealer = keyring.sealer([household])
        digest = attachments.keep_photo(conn, sealer, household, BY, jpeg(), NOW)
        given = DraftSave("phone", 1, 0, "key", {"income": "777"})
        sealer = keyring.sealer([household])
        survey_drafts.save(conn, sealer, household, BY, given, NOW)
        paper = Document("1/QĐ-TEST")
        import_score_card(conn, INVENTED.encode(), by=BY, at=NOW, document=paper)
    back_up(settings_of(full, tmp_path), tmp_path / "backup")
    other.close()
    restore(settings_of(other, tmp_path), tmp_path / "backup")
    with (
        ConnectionPool(other.url, min_size=1, max_size=3, open=True) as pool,
        pool.connection() as conn,
    ):
        keyring = Keyring(pool, MASTER, INDEX)
        found = open_attachment(conn, keyring, household, digest)
        assert found == Attachment("image/jpeg", jpeg())
        draft = survey_drafts.read(conn, keyring, household, BY, NOW)
        assert draft is not None
        assert draft.inputs == {"income": "777"}
        assert [one.name for one in read_score_cards(conn).cards] == [NAME]
