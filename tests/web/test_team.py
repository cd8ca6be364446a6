"""The gate before the team's store: two processes, one PostgreSQL."""

from datetime import UTC, datetime
from pathlib import Path

from geo.store import people
from geo.store.door import Store
from geo.workflow.accounts import sign_out_everywhere
from tests.builders import ADMIN, NOON, STAFF, actor
from tests.postgres_server import Server as Postgres
from tests.web.conftest import give_account, served


def test_a_session_counts_in_every_process_and_ends_in_every_one(
    postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.store_url() as url:
        with Store.open(url) as store:
            with store.writing(people.PROGRAM) as session:
                people.insert_people(session, STAFF, at=NOON)
            give_account(store, actor(ADMIN), "admin")
        with (
            served(tmp_path / "a", tmp_path / "log-a", SKYGROUND_STORE=url) as one,
            served(tmp_path / "b", tmp_path / "log-b", SKYGROUND_STORE=url) as other,
        ):
            first, second = one.visitor(), other.visitor()
            assert first.sign_in().status_code == 303
            second.http.headers["Cookie"] = first.cookie
            assert second.get("/").status_code == 200
            with first.tab() as tab:
                assert "<b>admin</b>" in tab.run()
                with Store.open(url) as store:
                    assert sign_out_everywhere(store, actor(), "admin", at=datetime.now(UTC)) == 1
                assert "You are no longer signed in" in tab.run()
            assert second.get("/").headers["location"].startswith("/sign-in")
