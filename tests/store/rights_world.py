"""Two banners with the same in each, and every call of the store, for the table of rights."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import insert, select, update

from geo.errors import NotAllowed, NotFound, OldVersion
from geo.model.accounts import Account, WebSession
from geo.model.filters import PatchFilter
from geo.model.imagery import ImageKind
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Role, Stage, Verb
from geo.model.templates import Template
from geo.model.things import Actor, DeliveredFile, Grant, Person
from geo.store import (
    accounts,
    as_of,
    batches,
    changes,
    fieldwork,
    grids,
    history,
    imagery,
    locks,
    new_patches,
    outlines,
    patch_columns,
    patches,
    people,
    places,
    redelivered,
    references,
    schema,
    seals,
    templates,
)
from geo.store.door import Session, Store
from tests.builders import ADMIN, NOON, actor, make_batch, make_patch_row

LATER = NOON + timedelta(hours=12)
HERE, THERE = "159901", "159902"
ME = "me"
# One patch for each move: its number says at which stage it stands.
STAGES = {
    "1": Stage.ISSUED,
    "2": Stage.ISSUED,
    "3": Stage.IN_FIELD,
    "4": Stage.VERIFIED,
    "5": Stage.VERIFIED,
    "6": Stage.COUNTY_PASSED,
    "7": Stage.CASE_OPEN,
    "8": Stage.CASE_OPEN,
}


@dataclass(frozen=True)
class Place:
    """What a call is tried on: one banner's batch, grid, layer and people."""

    admin_code: str

    @property
    def batch(self) -> str:
        return f"B{self.admin_code}"

    @property
    def grid(self) -> str:
        return f"G{self.admin_code}"

    @property
    def west(self) -> float:
        return 120.0 if self.admin_code == HERE else 121.0

    @property
    def person(self) -> str:
        return f"P{self.admin_code}"

    def key(self, code: str) -> str:
        return f"{self.batch}/{code}"


def me(role: Role) -> Actor:
    return Actor(Person(ME, role, prefixes=(HERE,)))


def make_world(store: Store) -> None:
    """Fill an empty store with two banners."""
    with store.writing(actor()) as session:
        people.insert_people(session, [ADMIN], at=NOON)
        staff = [Person(ME, role, prefixes=(HERE,)) for role in (Role.RANGER,)]
        staff += [Person(f"P{code}", Role.RANGER, prefixes=(code,)) for code in (HERE, THERE)]
        # Somebody in each who has no account yet.
        staff += [Person(f"Q{code}", Role.RANGER, prefixes=(code,)) for code in (HERE, THERE)]
        people.insert_people(session, staff, at=NOON)
        for place in (Place(HERE), Place(THERE)):
            _fill(session, place)
            accounts.insert_account(session, place.person, password_hash="x", subject=None, at=NOON)
            begun = WebSession(place.person, place.person, NOON, NOON, LATER, None)
            session.connection.execute(insert(schema.web_session).values(asdict(begun)))
    for place in (Place(HERE), Place(THERE)):
        _correct(store, place)


def _fill(session: Session, place: Place) -> None:
    box = shapely.to_wkb(shapely.box(120, 43, 120.1, 43.1))
    west = place.west
    rows = [
        {
            "code": place.grid,
            "name": "",
            "admin_code": place.admin_code,
            "manager": None,
            "ranger": place.person,
            "area_ha": 1.0,
            "attributes": {},
            "geom": shapely.to_wkb(shapely.box(west, 43, west + 0.1, 43.1)),
        }
    ]
    told: dict[str, Any] = {"source_name": "x", "source_crs": "EPSG:4490", "report": {}, "at": NOON}
    grids.insert_layer(session, rows, digest=f"grid {place.grid}", **told)
    batches.insert_batch(session, make_batch(place.batch, count=len(STAGES)))
    new = [
        make_patch_row(
            code,
            batch=place.batch,
            admin_code=f"{place.admin_code}001",
            grid_code=place.grid,
            assignee=None,
        )
        for code in STAGES
    ]
    changes.insert_patches(session, new, at=NOON, detail={})
    patch = schema.patch.c
    for code, stage in STAGES.items():
        this = (patch.batch == place.batch, patch.code == code)
        who = ME if place.admin_code == HERE else place.person
        values = {"stage": stage.value, "assignee": who}
        session.connection.execute(update(schema.patch).where(*this).values(**values))
    number = _id(session, place, "7")
    finding = {
        "patch_id": number,
        "patch_version": 1,
        "digest": f"d{place.admin_code}",
        "base_version": 1,
        "cause": "",
        "unlawful": True,
        "land_before": "",
        "land_after": "",
        "note": "",
        "surveyor": place.person,
        "surveyed_at": "",
        "photos": [],
        "source_name": "",
    }
    session.connection.execute(insert(schema.finding), [finding])
    fieldwork.insert_package(
        session, f"pack {place.admin_code}", assignee=place.person, patches=[(number, 1)], at=NOON
    )
    feature = {"code": "1", "name": "", "admin_code": place.admin_code, "geom": box}
    references.insert_reference_layer(
        session,
        [feature],
        kind=LayerKind.PERMITS,
        name=place.admin_code,
        digest=f"ref {place.admin_code}",
        encoding="",
        mapping={},
        **told,
    )
    told_image = {"admin_code": place.admin_code, "digest": f"image {place.admin_code}"}
    session.connection.execute(insert(schema.imagery), [IMAGE_ROW | told_image])
    lock = {"patch_id": number, "person": "admin", "until": NOON + timedelta(hours=9)}
    session.connection.execute(insert(schema.review_lock), [lock])


IMAGE_ROW: dict[str, Any] = {
    "kind": "geotiff",
    "title": "前期",
    "taken_on": NOON.date(),
    "place": "x.tif",
    "shift": "none",
    "west": 120.0,
    "south": 43.0,
    "east": 120.1,
    "north": 43.1,
    "min_zoom": 8,
    "max_zoom": 16,
    "source_name": "x.tif",
    "facts": {},
    "added_at": NOON,
    "added_by": "admin",
}


def _correct(store: Store, place: Place) -> None:
    with store.writing(actor()) as session:
        number, version = _id(session, place, "7"), 1
        shape = shapely.to_wkb(shapely.box(120, 43, 120.2, 43.2))
        detail = {"code_before": "7", "difference": "changed"}
        rewrite = redelivered.Rewrite(number, version, {"geom": shape}, detail)
        redelivered.rewrite_patches(session, [rewrite], at=NOON)


def _id(session: Session, place: Place, code: str) -> int:
    query = select(schema.patch.c.id).where(
        schema.patch.c.batch == place.batch, schema.patch.c.code == code
    )
    return int(session.connection.execute(query).scalar_one())


@dataclass(frozen=True)
class Call:
    """A call on behalf of somebody, on one banner's things."""

    session: Session
    place: Place
    ids: Mapping[str, int]

    def change(self, code: str, verb: Verb, stage: Stage, version: int = 1) -> bool:
        """Make a move, and tell that it was made."""
        values = {"grid_code": self.place.grid} if verb is Verb.LOCATED else {}
        if verb is Verb.SETTLED:
            values = {"alert": None}
        change = changes.Change(
            self.ids[code], version, verb, stage, new_values=values, reason="理由"
        )
        changes.change_patches(self.session, [change], at=NOON)
        return True


def _sees_batch(rows: Any, place: Place) -> bool:
    return any(place.batch in str(row) for row in rows)


def _new(call: Call) -> new_patches.NewPatches:
    row = make_patch_row("9", batch=call.place.batch)
    geometries = shapely.from_wkb([row["geom"]])
    columns = {"batch": call.place.batch, "code": ["9"], "area_ha": [1.0]}
    columns |= {"admin_code": [call.place.admin_code]}
    return new_patches.NewPatches(columns, [{}], geometries)


def _delivered(place: Place) -> DeliveredFile:
    values = make_batch(place.batch)
    names = ("digest", "source_name", "source_crs", "encoding", "mapping", "report")
    told = {name: getattr(values, name) for name in names}
    return DeliveredFile(batch=place.batch, counts={}, imported_at=NOON, imported_by=ME, **told)


def _people(found: list[Person], place: Place) -> bool:
    return place.person in {p.code for p in found}


def _get(act: Callable[[], object]) -> bool:
    """Whether something was found: nothing and a refusal are the same."""
    with suppress(NotFound):
        return act() not in (None, 0, [], {})
    return False


def _holds(box: tuple[float, float, float, float] | None, west: float) -> bool:
    return box is not None and box[0] <= west < box[2]


def _wrote(act: Callable[[], object]) -> bool:
    act()
    return True


S = Session
CALLS: dict[str, Callable[[Call], bool]] = {
    "patches.get_patch": lambda c: _get(lambda: patches.get_patch(c.session, c.place.key("7"))),
    "patches.find_patches": lambda c: _sees_batch(
        patches.find_patches(c.session, PatchFilter()), c.place
    ),
    "patches.find_patches_by_id": lambda c: bool(
        patches.find_patches_by_id(c.session, [c.ids["7"]])
    ),
    "patches.count_patches": lambda c: (
        patches.count_patches(c.session, PatchFilter(batches=(c.place.batch,))) > 0
    ),
    "patches.count_by": lambda c: _sees_batch(
        patches.count_by(c.session, ["batch"])["batch"], c.place
    ),
    "patches.patch_frame": lambda c: _sees_batch(
        patches.patch_frame(c.session, PatchFilter())["batch"], c.place
    ),
    "as_of.patch_as_of": lambda c: _get(
        lambda: as_of.patch_as_of(c.session, c.place.key("7"), NOON + timedelta(days=1))
    ),
    "history.newest_events": lambda c: bool(history.newest_events(c.session, [c.ids["7"]])),
    "seals.sealed_days": lambda c: seals.sealed_days(c.session) == [],
    "seals.newest_sealed_day": lambda c: seals.newest_sealed_day(c.session) is None,
    "patches.patch_table": lambda c: _sees_batch(
        patches.patch_table(c.session, PatchFilter())["batch"], c.place
    ),
    "patches.patch_tables": lambda c: _sees_batch(
        pd.concat(patches.patch_tables(c.session, [PatchFilter()]))["batch"], c.place
    ),
    "patch_columns.read_patch_columns": lambda c: (
        c.ids["7"] in patch_columns.read_patch_columns(c.session).numbers["id"]
    ),
    "patch_columns.outlines": lambda c: bool(patch_columns.outlines(c.session, [c.ids["7"]])),
    "patches.visible_ids": lambda c: c.ids["7"] in patches.visible_ids(c.session),
    "history.changed_since": lambda c: c.ids["7"] in history.changed_since(c.session, 0),
    "history.last_drawing": lambda c: bool(history.last_drawing(c.session)),
    "outlines.all_outlines": lambda c: any(
        c.ids["7"] in ids for ids, _ in outlines.all_outlines(c.session)
    ),
    "history.newest_seq": lambda c: history.newest_seq(c.session) > 0,
    "patches.outline": lambda c: _get(lambda: patches.outline(c.session, c.ids["7"])),
    "redelivered.former_outlines": lambda c: bool(
        redelivered.former_outlines(c.session, c.ids["7"])
    ),
    "history.events_of": lambda c: bool(history.events_of(c.session, c.ids["7"])),
    "history.recent_events": lambda c: _sees_batch(
        history.recent_events(c.session, limit=1000), c.place
    ),
    "fieldwork.findings_of": lambda c: bool(fieldwork.findings_of(c.session, c.ids["7"])),
    "fieldwork.known_digests": lambda c: (
        c.ids["7"] in {number for number, _ in fieldwork.known_digests(c.session)}
    ),
    "fieldwork.packed_versions": lambda c: any(
        fieldwork.packed_versions(c.session, [f"pack {c.place.admin_code}"]).values()
    ),
    "fieldwork.has_package": lambda c: fieldwork.has_package(
        c.session, f"pack {c.place.admin_code}"
    ),
    "fieldwork.insert_package": lambda c: _wrote(
        lambda: fieldwork.insert_package(
            c.session, "new", assignee=ME, patches=[(c.ids["3"], 1)], at=NOON
        )
    ),
    "fieldwork.insert_findings": lambda c: _wrote(
        lambda: fieldwork.insert_findings(c.session, [_finding_row(c)])
    ),
    "new_patches.insert_new_patches": lambda c: _wrote(
        lambda: new_patches.insert_new_patches(c.session, _new(c), at=NOON, detail={})
    ),
    "changes.insert_patches": lambda c: _wrote(
        lambda: changes.insert_patches(
            c.session,
            [make_patch_row("9", batch=c.place.batch, admin_code=c.place.admin_code)],
            at=NOON,
            detail={},
        )
    ),
    "changes.change_patches located": lambda c: c.change("1", Verb.LOCATED, Stage.ISSUED),
    "changes.change_patches assigned": lambda c: c.change("2", Verb.ASSIGNED, Stage.ASSIGNED),
    "changes.change_patches found": lambda c: c.change("3", Verb.FOUND, Stage.VERIFIED),
    "changes.change_patches passed": lambda c: c.change("4", Verb.PASSED, Stage.COUNTY_PASSED),
    "changes.change_patches returned": lambda c: c.change("5", Verb.RETURNED, Stage.ASSIGNED),
    "changes.change_patches case_opened": lambda c: c.change(
        "6", Verb.CASE_OPENED, Stage.CASE_OPEN
    ),
    "changes.change_patches rectified": lambda c: c.change("8", Verb.RECTIFIED, Stage.RECTIFYING),
    "changes.change_patches settled": lambda c: c.change("4", Verb.SETTLED, Stage.VERIFIED),
    "redelivered.rewrite_patches": lambda c: _wrote(
        lambda: redelivered.rewrite_patches(
            c.session,
            [
                redelivered.Rewrite(
                    c.ids["8"], 1, {"cause": "9"}, {"code_before": "8", "difference": "changed"}
                )
            ],
            at=NOON,
        )
    ),
    "redelivered.standing_batch": lambda c: _get(
        lambda: redelivered.standing_batch(c.session, c.place.batch)
    ),
    "redelivered.newest_delivery": lambda c: (
        redelivered.newest_delivery(c.session, c.place.batch) > 0
    ),
    "redelivered.mappings_of": lambda c: (
        len(redelivered.mappings_of(c.session, make_batch(c.place.batch))) > 1
    ),
    "batches.insert_batch": lambda c: _wrote(
        lambda: batches.insert_batch(c.session, make_batch("new", imported_by=ME))
    ),
    "batches.insert_delivery": lambda c: _wrote(
        lambda: batches.insert_delivery(c.session, _delivered(c.place))
    ),
    "batches.cause_list_of": lambda c: bool(batches.cause_list_of(c.session, c.place.batch)),
    "batches.cause_lists": lambda c: c.place.batch in batches.cause_lists(c.session),
    "batches.origins": lambda c: c.place.batch in batches.origins(c.session),
    "batches.find_batch": lambda c: batches.find_batch(c.session, c.place.batch) is not None,
    "batches.find_batch_by_digest": lambda c: (
        batches.find_batch_by_digest(c.session, f"digest of {c.place.batch}") is not None
    ),
    "batches.list_batches": lambda c: _sees_batch(batches.list_batches(c.session), c.place),
    "batches.deliveries_of": lambda c: bool(batches.deliveries_of(c.session, c.place.batch)),
    "batches.is_taken": lambda c: batches.is_taken(c.session, c.place.batch),
    "locks.take_lock": lambda c: _wrote(
        lambda: locks.take_lock(c.session, c.ids["4"], at=NOON, minutes=10)
    ),
    "locks.lock_of": lambda c: locks.lock_of(c.session, c.ids["7"], at=NOON) is not None,
    "locks.locks_of": lambda c: bool(locks.locks_of(c.session, [c.ids["7"]], at=NOON)),
    "locks.release_locks": lambda c: _wrote(lambda: locks.release_locks(c.session)),
    "places.patches_named": lambda c: any(
        one.group == c.place.batch for one in places.patches_named(c.session, "7", limit=9)
    ),
    "places.grids_named": lambda c: bool(places.grids_named(c.session, c.place.grid, limit=9)),
    "places.features_named": lambda c: any(
        one.group == c.place.admin_code for one in places.features_named(c.session, "1", limit=9)
    ),
    "grids.territory_box": lambda c: _holds(grids.territory_box(c.session), c.place.west),
    "grids.grid_frame": lambda c: c.place.grid in set(grids.grid_frame(c.session)["grid_code"]),
    "grids.rangers_of_grids": lambda c: c.place.grid in grids.rangers_of_grids(c.session),
    "grids.find_layer": lambda c: grids.find_layer(c.session, f"grid {c.place.grid}") is not None,
    "grids.known_codes": lambda c: bool(grids.known_codes(c.session, [c.place.grid])),
    "grids.newest_source_crs": lambda c: grids.newest_source_crs(c.session) is not None,
    "grids.insert_layer": lambda c: _wrote(lambda: _insert_grid(c)),
    "references.reference_frame": lambda c: (
        c.place.admin_code in set(references.reference_frame(c.session)["admin_code"])
    ),
    "references.find_reference_layer": lambda c: (
        references.find_reference_layer(c.session, LayerKind.PERMITS, f"ref {c.place.admin_code}")
        is not None
    ),
    "references.list_reference_layers": lambda c: (
        len(references.list_reference_layers(c.session)) == len((HERE, THERE))
    ),
    "references.layers_revision": lambda c: (
        len(references.layers_revision(c.session)) == len((HERE, THERE))
    ),
    "references.visible_layers": lambda c: (
        c.place.admin_code in {layer.name for layer in references.visible_layers(c.session)}
    ),
    "references.insert_reference_layer": lambda c: _wrote(lambda: _insert_reference(c)),
    "imagery.list_images": lambda c: (
        c.place.admin_code in {image.admin_code for image in imagery.list_images(c.session)}
    ),
    "imagery.find_image": lambda c: _wrote(lambda: imagery.find_image(c.session, _image_of(c))),
    "imagery.find_image_by_digest": lambda c: (
        imagery.find_image_by_digest(c.session, f"image {c.place.admin_code}") is not None
    ),
    "imagery.imagery_revision": lambda c: imagery.imagery_revision(c.session) > (0, 0),
    "imagery.insert_image": lambda c: _wrote(lambda: _insert_image(c)),
    "imagery.remove_image": lambda c: _wrote(
        lambda: imagery.remove_image(c.session, _image_of(c), at=NOON)
    ),
    "templates.list_templates": lambda c: templates.list_templates(c.session) == [],
    "templates.find_template": lambda c: templates.find_template(c.session, "x") is None,
    "templates.save_template": lambda c: _wrote(
        lambda: templates.save_template(
            c.session, Template("own", LayerKind.PATCHES, {"code": "TBBH"}), at=NOON
        )
    ),
    "templates.delete_template": lambda c: _wrote(
        lambda: templates.delete_template(c.session, "x")
    ),
    "people.list_people": lambda c: _people(people.list_people(c.session), c.place),
    "people.roles_of": lambda c: bool(people.roles_of(c.session, c.place.person)),
    "people.list_grants": lambda c: (
        c.place.person in {grant.person for grant in people.list_grants(c.session)}
    ),
    "people.insert_grant": lambda c: _wrote(
        lambda: people.insert_grant(
            c.session, Grant(c.place.person, Role.RANGER, admin_code=c.place.admin_code), at=NOON
        )
    ),
    "people.revoke_grant": lambda c: _wrote(
        lambda: people.revoke_grant(c.session, _grant_of(c), at=NOON)
    ),
    "people.insert_people": lambda c: _wrote(
        lambda: people.insert_people(
            c.session, [Person("new", Role.RANGER, prefixes=(c.place.admin_code,))], at=NOON
        )
    ),
    "people.register": lambda c: _wrote(lambda: people.register(c.session, "new", "")),
}


def _image_of(call: Call) -> int:
    # Two were registered, in the order of the places.
    return (HERE, THERE).index(call.place.admin_code) + 1


def _insert_image(call: Call) -> None:
    imagery.insert_image(
        call.session,
        kind=ImageKind.GEOTIFF,
        title="new",
        taken_on=NOON.date(),
        place="new.tif",
        bounds=(120, 43, 120.1, 43.1),
        min_zoom=8,
        max_zoom=16,
        at=NOON,
    )


def _finding_row(call: Call) -> dict[str, Any]:
    blank = {
        "digest": "x",
        "base_version": 1,
        "cause": "",
        "unlawful": True,
        "land_before": "",
        "land_after": "",
        "note": "",
        "surveyor": ME,
        "surveyed_at": "",
        "photos": [],
        "source_name": "",
    }
    return blank | {"patch_id": call.ids["3"], "patch_version": 9}


def _insert_grid(call: Call) -> None:
    row = {
        "code": "new",
        "name": "",
        "admin_code": call.place.admin_code,
        "manager": None,
        "ranger": None,
        "area_ha": 1.0,
        "attributes": {},
        "geom": shapely.to_wkb(shapely.box(120, 43, 120.1, 43.1)),
    }
    told: dict[str, Any] = {"source_name": "x", "source_crs": "", "report": {}, "at": NOON}
    grids.insert_layer(call.session, [row], digest="new", **told)


def _insert_reference(call: Call) -> None:
    row = {"code": "1", "geom": shapely.to_wkb(shapely.box(120, 43, 120.1, 43.1))}
    references.insert_reference_layer(
        call.session,
        [row],
        kind=LayerKind.PERMITS,
        name="n",
        digest="n",
        source_name="",
        source_crs="",
        encoding="",
        mapping={},
        report={},
        at=NOON,
    )


def _delete_reference(call: Call) -> bool:
    listed = references.list_reference_layers(call.session)
    number = next(layer.id for layer in listed if layer.name == call.place.admin_code)
    return references.delete_reference_layer(call.session, number)


def _found_person(call: Call) -> bool:
    try:
        people.get_person(call.session, call.place.person)
    except NotAllowed:
        return False
    return True


def _insert_account(call: Call) -> bool:
    new = f"Q{call.place.admin_code}"
    made = accounts.insert_account(call.session, new, password_hash=None, subject="s", at=NOON)
    return made.subject == "s"


def _begin_session(call: Call) -> None:
    begun = WebSession("new", call.place.person, NOON, NOON, LATER, None)
    accounts.insert_web_session(call.session, begun)


ASKED = {"at": NOON, "silent_since": NOON - timedelta(hours=1)}
ACCOUNT_CALLS: dict[str, Callable[[Call], bool]] = {
    "accounts.insert_account": _insert_account,
    "accounts.find_account": lambda c: accounts.find_account(c.session, c.place.person) is not None,
    "accounts.get_account": lambda c: bool(accounts.get_account(c.session, c.place.person)),
    "accounts.list_accounts": lambda c: (
        c.place.person in {a.person for a in accounts.list_accounts(c.session)}
    ),
    "accounts.administrators": lambda c: (
        c.place.person in {a.person for a in _administrators_with(c)}
    ),
    "accounts.bind_subject": lambda c: _wrote(
        lambda: accounts.bind_subject(c.session, c.place.person, "s")
    ),
    "accounts.update_account": lambda c: _wrote(
        lambda: accounts.update_account(c.session, c.place.person, version=1, is_disabled=True)
    ),
    "accounts.list_web_sessions": lambda c: bool(
        accounts.list_web_sessions(c.session, c.place.person, **ASKED)
    ),
    "accounts.revoke_web_sessions": lambda c: bool(
        accounts.revoke_web_sessions(c.session, c.place.person, at=NOON)
    ),
    "accounts.find_by_subject": lambda c: _wrote(lambda: accounts.find_by_subject(c.session, "s")),
    "accounts.count_attempt": lambda c: bool(
        accounts.count_attempt(c.session, c.place.person, at=NOON, most=5, lock_until=LATER)
    ),
    "accounts.clear_attempts": lambda c: _wrote(
        lambda: accounts.clear_attempts(c.session, c.place.person)
    ),
    "accounts.insert_web_session": lambda c: _wrote(lambda: _begin_session(c)),
    "accounts.find_signed_in": lambda c: bool(
        accounts.find_signed_in(c.session, c.place.person, **ASKED)
    ),
    "accounts.touch_web_session": lambda c: _wrote(
        lambda: accounts.touch_web_session(c.session, c.place.person, at=LATER)
    ),
    "accounts.revoke_web_session": lambda c: _wrote(
        lambda: accounts.revoke_web_session(c.session, c.place.person, at=NOON)
    ),
    "accounts.mark_demo": lambda c: _wrote(lambda: accounts.mark_demo(c.session)),
    "accounts.is_demo": lambda c: _wrote(lambda: accounts.is_demo(c.session)),
    "people.place_beyond": lambda c: people.place_beyond(c.session, c.place.person) is None,
}


def _administrators_with(call: Call) -> list[Account]:
    """The administrators, once somebody of the place has become one."""
    given = {"role": "administrator", "person": call.place.person, "given_at": NOON}
    place = {"admin_code": call.place.admin_code, "given_by": "x"}
    call.session.connection.execute(insert(schema.role_grant).values(given | place))
    return accounts.administrators(call.session, on=NOON.date())


def _grant_of(call: Call) -> int:
    query = select(schema.role_grant.c.id).where(schema.role_grant.c.person == call.place.person)
    return int(call.session.connection.execute(query).scalar_one())


CALLS |= ACCOUNT_CALLS | {
    "references.delete_reference_layer": _delete_reference,
    "people.get_person": _found_person,
}


class _Undone(Exception):
    """Leaves a transaction without writing."""


def reaches(store: Store, role: Role, name: str, place: Place, ids: Mapping[str, int]) -> str:
    """Make a call as a role and tell what came of it: reached, unseen or refused."""
    came = "unseen"
    with suppress(_Undone), store.writing(me(role)) as session:
        try:
            came = "reached" if CALLS[name](Call(session, place, ids)) else "unseen"
        except NotAllowed as error:
            came = "refused" if error.code == "role_not_allowed" else "unseen"
        except (NotFound, OldVersion):
            came = "unseen"
        raise _Undone
    return came


def ids_of(store: Store, place: Place) -> dict[str, int]:
    with store.reading(actor(replace(ADMIN))) as session:
        return {code: _id(session, place, code) for code in STAGES}
