"""An office at work, made for benchmarks: patches, people, findings that wait for a review."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np

from benchmarks.made_up import CRS, make_grids, make_patches
from geo.errors import NotFound
from geo.model.accounts import WebSession
from geo.model.filters import PatchFilter
from geo.model.stages import Level, Role, Stage
from geo.model.things import Person
from geo.store import accounts
from geo.store.door import PROGRAM, Store
from geo.workflow import look
from geo.workflow.assign import assign_patches
from geo.workflow.export_field import export_field
from geo.workflow.import_findings import import_findings
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.intake import ImportOptions
from geo.workflow.locate import locate
from geo.workflow.set_up import set_up
from geo.workflow.sign_in import hash_token

PEOPLE = 40


def make_office(folder: Path, count: int, *, verified: int) -> None:
    """Make a workspace with patches, some of which wait for a review."""
    at = datetime.now(UTC) - timedelta(days=5)
    rangers = [Person(f"R{n:02d}", Role.RANGER) for n in range(PEOPLE)]
    staff = [Person("A01", Role.ADMINISTRATOR), *rangers]
    staff += [Person(f"I{n:02d}", Role.INSPECTOR, level=Level.COUNTY) for n in range(PEOPLE)]
    grids, codes = make_grids(max(count // 40, 16))
    frame = {"WGBH": codes, "HLY": [f"R{n % PEOPLE:02d}" for n in range(len(codes))]}
    told = {"accept_proposals": True}
    with set_up(folder / "workspace", at=at, staff=staff) as store:
        admin = look.actor_of(store, "A01")
        path = folder / "grids.gpkg"
        gpd.GeoDataFrame(frame, geometry=grids, crs=CRS).to_file(path, layer="grids")
        fields = {"code": "WGBH", "ranger": "HLY"}
        import_grids(store, admin, path, at=at, options=ImportOptions(fields=fields, **told))
        shapes = make_patches(count, grids)
        numbers = [f"{n:07d}" for n in range(count)]
        path = folder / "patches.gpkg"
        causes = np.random.default_rng(1).choice(["421", "411", "51", "71"], count)
        delivered = {"PAN_NO_TB": numbers, "PAN_BHYY": causes}
        gpd.GeoDataFrame(delivered, geometry=shapes, crs=CRS).to_file(path, layer="p")
        options = ImportOptions(skip_refused=True, **told)
        import_patches(store, admin, path, at=at, batch="2026-1", options=options)
        locate(store, admin, at=at)
        issued = look.find(store, admin, PatchFilter(stages=(Stage.ISSUED,), located=True))
        due = (at + timedelta(days=30)).date()
        assign_patches(store, admin, issued[:verified], at=at, due=due)
        for n, package in enumerate(export_field(store, admin, folder / "field", at=at)):
            answered = _answer(package.path, folder / f"back{n}.geojson")
            import_findings(store, admin, answered, at=at, skip_refused=True)


def _answer(package: Path, back: Path) -> Path:
    content = json.loads(package.read_text(encoding="utf-8"))
    for feature in content["features"]:
        said = {"found_cause": "411", "found_unlawful": 0, "found_note": "", "surveyor": "R00"}
        feature["properties"] |= said | {"surveyed_at": "2026-09-01T08:00:00+08:00"}
    back.write_text(json.dumps(content), encoding="utf-8")
    return back


def sign_in(workspace: Path, count: int) -> list[str]:
    """Let everybody be signed in; gives the cookies. Signing in itself is not measured."""
    now = datetime.now(UTC)
    cookies = [secrets.token_urlsafe(32) for _ in range(count)]
    with Store.open(workspace) as store, store.writing(PROGRAM) as session:
        for number, cookie in enumerate(cookies):
            person = f"I{number % PEOPLE:02d}"
            try:
                accounts.get_account(session, person)
            except NotFound:
                accounts.insert_account(session, person, password_hash=None, subject=person, at=now)
            end = now + timedelta(hours=12)
            begun = WebSession(hash_token(cookie), person, now, now, end, None)
            accounts.insert_web_session(session, begun)
    return cookies
