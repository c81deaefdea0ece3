"""`./socai score-card`: imported with a checksum, an account and a paper; listed. The card is
invented."""

import hashlib
from pathlib import Path

import pytest

from tests.domain.standards.test_score_card import INVENTED, NAME
from tests.service.accounts.test_cli import Run, environment, socai  # noqa: F401 (fixtures)

CHECKSUM = hashlib.sha256(INVENTED.encode()).hexdigest()


@pytest.fixture
def card(tmp_path: Path, socai: Run) -> str:  # noqa: F811
    for name, role in (("tinh", "province_officer"), ("kiemtoan", "auditor")):
        made = socai("account", "add", name, "--display", name, "--role", role, "--area", "46")
        assert made.returncode == 0, made.stderr
    file = tmp_path / "card.toml"
    file.write_bytes(INVENTED.encode())
    return str(file)


def test_a_card_is_imported_by_a_province_officer_on_a_paper(
    socai: Run,  # noqa: F811
    card: str,
) -> None:
    paper = ("--document", "1/QĐ-TEST", "--signed-on", "01/11/2026", "--signer", "Người ký")
    assert "no score card is imported" in socai("score-card", "list").stdout
    done = socai("score-card", "import", card, "--sha256", CHECKSUM, "--by", "tinh", *paper)
    assert (done.returncode, done.stdout.strip()) == (0, NAME), done.stderr
    listed = socai("score-card", "list").stdout
    assert listed.strip() == f"{NAME}  2022-2026, urban, nowhere  1/QĐ-TEST  tinh"


@pytest.mark.parametrize(
    ("checksum", "by", "said"),
    [
        ("0" * 64, "tinh", "compare it with the paper"),
        (CHECKSUM, "kiemtoan", "neither province officer nor administrator"),
        (CHECKSUM, "nobody", "neither province officer nor administrator"),
    ],
)
def test_another_file_or_another_account_is_refused(
    socai: Run,  # noqa: F811
    card: str,
    checksum: str,
    by: str,
    said: str,
) -> None:
    done = socai("score-card", "import", card, "--sha256", checksum, "--by", by, "--document", "1")
    assert done.returncode == 1
    assert said in done.stderr
    assert "no score card" in socai("score-card", "list").stdout
