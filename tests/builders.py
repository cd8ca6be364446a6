"""Things for tests, with defaults that can be checked on paper."""

from datetime import UTC, datetime
from typing import Any

import shapely

from geo.model.stages import Level, Role
from geo.model.things import Actor, Batch, Person
from geo.store import batches, people
from geo.store.changes import insert_patches
from geo.store.door import Store

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)  # noon in Inner Mongolia

ADMIN = Person("admin", Role.ADMINISTRATOR)
INSPECTOR = Person("inspector-1", Role.INSPECTOR, level=Level.COUNTY)
MANAGER = Person("manager-1", Role.GRID_MANAGER)
RANGER = Person("ranger-1", Role.RANGER)
RANGER_2 = Person("ranger-2", Role.RANGER)
CHIEF = Person("chief-1", Role.CHIEF)
STAFF = (ADMIN, INSPECTOR, MANAGER, RANGER, RANGER_2, CHIEF)


def actor(person: Person = ADMIN) -> Actor:
    return Actor(person)


def make_patch_row(code: str = "1", *, batch: str = "B1", **values: Any) -> dict[str, Any]:
    """A square of about 100 m at 43° N, 120° E."""
    number = int(code) if code.isdigit() else 0
    lon, lat = 120 + number * 0.002, 43.0
    square = shapely.box(lon, lat, lon + 0.001, lat + 0.001)
    row: dict[str, Any] = {
        "batch": batch,
        "code": code,
        "area_ha": 0.9,
        "area_delivered_ha": None,
        "admin_code": "159901",
        "cause": "421",
        "land_before": "乔木林地",
        "land_after": "建设用地",
        "image_before": "",
        "image_after": "",
        "remark": "",
        "attributes": {"PAN_NO_TB": number},
        "geom": shapely.to_wkb(square),
    }
    return row | values


def make_batch(code: str = "B1", *, count: int = 1, **values: Any) -> Batch:
    given: dict[str, Any] = {
        "code": code,
        "digest": f"digest of {code}",
        "source_name": "delivery.zip",
        "source_crs": "EPSG:4528",
        "encoding": "GBK",
        "cause_list": "forest-causes-2019",
        "mapping": {"code": "PAN_NO_TB"},
        "report": {},
        "imported_at": NOON,
        "imported_by": "admin",
        "count": count,
    }
    return Batch(**given | values)


def fill_store(store: Store, *, patches: int = 3, batch: str = "B1", **values: Any) -> None:
    """Put the staff and one batch of square patches, numbered from 1, into an empty store."""
    with store.writing(actor()) as session:
        people.insert_people(session, STAFF, at=NOON)
        batches.insert_batch(session, make_batch(batch, count=patches))
        rows = [make_patch_row(str(n), batch=batch, **values) for n in range(1, patches + 1)]
        insert_patches(session, rows, at=NOON, detail={"file_sha256": "x"})
