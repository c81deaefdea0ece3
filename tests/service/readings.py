"""Reading the read log in tests."""


def lines(office: object, account: str) -> list[tuple[str, object, str]]:
    """What an account's lines in the read log say: (what, household, area), oldest first."""
    with office.services.pool.connection() as conn:  # type: ignore[attr-defined]
        return [
            tuple(row)
            for row in conn.execute(
                "select what, household_id, area from office.read_log where account = %s"
                " order by id",
                [account],
            ).fetchall()
        ]
