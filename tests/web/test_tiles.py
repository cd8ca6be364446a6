"""Tiles over HTTP: for whom the page was made, within the territory, kept by no other browser."""

from collections.abc import Iterator

import httpx
import pytest

from geo.maps.palette import ColourBy
from geo.model.stages import Role
from geo.workflow import look
from geo.workflow.accounts import disable_account
from geo.workflow.grants import grants, take_back
from geo.workflow.map_layer import MapLayer
from geo.workflow.patch_colours import Scheme
from tests.builders import ADMIN, NOON, actor
from tests.web.conftest import Server, Visitor, make_season, served

SCHEME = Scheme(ColourBy.STAGE, NOON.date())
MANAGER = MapLayer("M01", Role.GRID_MANAGER, (), SCHEME).token()
RANGER = MapLayer("R01", Role.RANGER, (), SCHEME).token()
AT = "8/212/94.mvt"


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("season")
    with served(make_season(folder / "workspace"), folder / "log") as server:
        yield server


@pytest.fixture
def manager(season: Server) -> Visitor:
    return signed_in(season, "M01")


@pytest.fixture
def ranger(season: Server) -> Visitor:
    return signed_in(season, "R01")


def signed_in(server: Server, person: str) -> Visitor:
    visitor = server.visitor()
    assert visitor.sign_in(person).status_code == 303
    return visitor


def tile_with_something(visitor: Visitor, token: str) -> httpx.Response:
    """Find a tile in which patches lie, as a map would that looks at the whole banner."""
    for x in range(210, 214):
        for y in range(92, 97):
            answer = visitor.get(f"/tiles/{token}/8/{x}/{y}.mvt")
            if answer.status_code == 200:
                return answer
            assert answer.status_code == 204
    raise AssertionError("no tile shows a patch")


def changed(visitor: Visitor, token: str) -> list[int]:
    answer = visitor.get(f"/tiles/{token}/changes?since=0")
    assert answer.status_code == 200
    return [row[0] for row in answer.json()["changed"]]


@pytest.mark.parametrize("path", [AT, "changes?since=0", "1/label"])
def test_without_signing_in_nothing_is_told(season: Server, path: str) -> None:
    assert season.visitor().get(f"/tiles/{MANAGER}/{path}").status_code == 401


@pytest.mark.parametrize("path", [AT, "changes?since=0", "1/label"])
def test_an_address_of_somebody_else_is_refused(ranger: Visitor, path: str) -> None:
    assert ranger.get(f"/tiles/{MANAGER}/{path}").status_code == 403


@pytest.mark.parametrize("path", [AT, "changes?since=0", "1/label"])
@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.CHIEF, Role.INSPECTOR], ids=lambda role: role.value
)
def test_a_role_that_somebody_does_not_hold_is_refused(
    ranger: Visitor, role: Role, path: str
) -> None:
    token = MapLayer("R01", role, (), SCHEME).token()
    assert ranger.get(f"/tiles/{token}/{path}").status_code == 403


def test_each_sees_their_own_part(manager: Visitor, ranger: Visitor) -> None:
    with manager.server.store() as store:
        own = {p.id for p in look.find(store, look.actor_of(store, "R01"))}
        all_ids = {p.id for p in look.find(store, actor(ADMIN))}
    assert 0 < len(own) < len(all_ids)
    assert set(changed(ranger, RANGER)) == own
    assert set(changed(manager, MANAGER)) == all_ids
    (other,) = sorted(all_ids - own)[:1]
    assert ranger.get(f"/tiles/{RANGER}/{other}/label").status_code == 404
    assert ranger.get(f"/tiles/{RANGER}/{min(own)}/label").json()["label"]


def test_a_browser_may_keep_a_tile_for_this_person_alone(manager: Visitor) -> None:
    answer = tile_with_something(manager, MANAGER)
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["cache-control"].startswith("private")
    assert "Cookie" in answer.headers["vary"]
    again = manager.get(str(answer.url.path), if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    told = manager.get(f"/tiles/{MANAGER}/changes?since=0")
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        f"nonsense/{AT}",
        "../../etc/passwd",
        f"{MANAGER}/19/0/0.mvt",
        f"{MANAGER}/3/8/0.mvt",
        f"{MANAGER}/3/0/-1.mvt",
        f"{MANAGER}/99999999999999999999/0/0.mvt",
        f"{MANAGER}/x/label",
        f"{MANAGER}/99999999999999999999999/label",
    ],
)
def test_what_is_no_tile_is_not_found(manager: Visitor, path: str) -> None:
    answer = manager.get(f"/tiles/{path}", accept="*/*")
    assert answer.status_code == 404 or "text/html" in answer.headers["content-type"]
    assert answer.status_code < 500


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 40])
def test_a_wrong_number_counts_as_none(manager: Visitor, since: str) -> None:
    assert manager.get(f"/tiles/{MANAGER}/changes?since={since}").status_code == 200


def test_a_role_that_was_taken_back_ends_at_once(season: Server) -> None:
    visitor = signed_in(season, "R01")
    assert visitor.get(f"/tiles/{RANGER}/{AT}").status_code in {200, 204}
    with season.store() as store:
        given = [g for g in grants(store, actor(ADMIN)) if g.person == "R01"]
        for grant in given:
            take_back(store, actor(ADMIN), int(grant.id or 0), at=NOON.replace(year=2027))
    assert visitor.get(f"/tiles/{RANGER}/{AT}").status_code == 403


def test_an_account_that_was_closed_ends_at_once(season: Server) -> None:
    visitor = signed_in(season, "M01")
    tile_with_something(visitor, MANAGER)
    with season.store() as store:
        disable_account(store, actor(ADMIN), "M01", at=NOON.replace(year=2027))
    assert visitor.get(f"/tiles/{MANAGER}/{AT}").status_code == 401
