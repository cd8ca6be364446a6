"""Stores as earlier versions left them on either engine, with data in every kind of table.

The tables come from the migrations up to a version; the rows are written out here, with the hashes
of `tests.store.version_1`.
"""

from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geo.model.things import Actor
from geo.settings import Place
from geo.store import engines
from geo.store.door import PROGRAM
from geo.store.upgrade import run_migrations
from tests.store.version_1 import NOON, chain, sha256, text_of

VERSIONS = (1, 2, 3, 4)
SQUARE = shapely.to_wkb(shapely.box(120, 43, 120.001, 43.001))
JSON_COLUMNS = {"value", "report", "mapping", "attributes", "changes", "detail", "photos",
                "patches", "counts", "facts", "fields"}  # fmt: skip
CAME = {"digest": "d", "source_name": "s", "source_crs": "EPSG:4528", "encoding": "GBK",
        "mapping": '{"code":"TBBH"}', "report": "{}", "imported_at": NOON,
        "imported_by": "admin"}  # fmt: skip


def make_earlier(place: Place, version: int, rules: dict[str, Any]) -> None:
    """Make the tables of a version and put rows in."""
    way = engines.way_to(place)
    engine = way.new_engine(place)
    with engine.connect().execution_options(**way.WRITER) as connection, connection.begin():
        way.prepare(connection)
        run_migrations(connection, f"{version:04d}")
        engines.act_as(connection, Actor(PROGRAM.person))
        _fill(connection, version, rules)
    engine.dispose()


def _fill(connection: Connection, version: int, rules: dict[str, Any]) -> None:
    def add(table: str, **values: Any) -> None:
        marks = ", ".join(_mark(connection, name) for name in values)
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        connection.execute(text(statement), values)

    add("meta", key="rules", value=text_of(rules))
    for number, code in enumerate(("ranger-1", "inspector-1")):
        role = {"role": code[:-2], "level": [None, "county"][number], "admin_code": "1599"}
        add("person", code=code, label="", **(role if version < 3 else {}))
        if version >= 3:
            add("role_grant", person=code, **role, given_at=NOON, given_by="admin")
    layer = {name: CAME[name] for name in CAME if name not in {"encoding", "mapping"}}
    add("grid_layer", count=1, **layer)
    add("grid", id=1, layer_id=1, code="G1", name="", admin_code="1599", area_ha=1.5,
        attributes="{}", geom=SQUARE)  # fmt: skip
    add("batch", code="B1", cause_list="forest-causes-2019", count=2, **CAME)
    add("package", id="p", assignee="ranger-1", made_at=NOON, made_by="admin", patches="[[2,2]]")
    for number in (1, 2):
        _add_patch(add, number, version)
    if version >= 2:
        add("delivery", batch="B1", counts='{"new":2}', **CAME)
        add("former_outline", patch_id=1, version=1, attributes="{}", geom=SQUARE)
        add("reference_layer", kind="permits", name="审批", count=1, **CAME)
        add("reference_feature", id=1, layer_id=1, code="R", name="", admin_code="", facts="{}",
            attributes="{}", geom=SQUARE)  # fmt: skip
        add("mapping_template", name="林", kind="patches", fields="{}", made_at=NOON, made_by="")
    if connection.dialect.name == "sqlite":
        boxed = ("grid", "patch", "reference_feature")[: 2 if version < 2 else 3]
        for table in boxed:
            query = f"INSERT INTO {table}_box SELECT id, 120, 120.001, 43, 43.001 FROM {table}"
            connection.execute(text(query))
    else:
        for table in ("grid", "patch") if version < 2 else ("grid", "patch", "reference_feature"):
            moved = f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
            connection.execute(text(moved))


def _add_patch(add: Any, number: int, version: int) -> None:
    attributes = text_of({"TBBH": str(number), "面积": 0.9})
    values: dict[str, Any] = {
        "stage": "issued",
        "area_ha": 0.1 + 0.2,
        "area_delivered_ha": None,
        "admin_code": "159901",
        **dict.fromkeys(("cause", "land_before", "land_after", "image_before"), ""),
        "image_after": "",
        "remark": "旧",
        **dict.fromkeys(("grid_code", "share", "assignee", "due", "verdict"), None),
        **({"alert": None} if version >= 2 else {}),
    }
    digests = {"geom_sha256": sha256(SQUARE), "attributes_sha256": sha256(attributes.encode())}
    steps: list[Any] = [("imported", None, "issued", values | digests)]
    if number == 2:
        new = {"assignee": "ranger-1", "due": "2026-10-01", "stage": "assigned"}
        steps.append(("assigned", "issued", "assigned", new))
        values = values | new
    events = chain(number, steps)
    add("patch", id=number, batch="B1", code=str(number), version=len(events), **values,
        head_hash=events[-1][-1], attributes=attributes, geom=SQUARE)  # fmt: skip
    names = ("patch_id", "version", "verb", "stage_from", "stage_to", "actor", "at", "reason",
             "changes", "detail", "prev_hash", "hash")  # fmt: skip
    for event in events:
        add("event", **dict(zip(names, event, strict=True)))
    finding = dict.fromkeys(("cause", "land_before", "land_after", "note", "surveyor"), "")
    add("finding", patch_id=number, patch_version=9, digest="d", unlawful=True, **finding,
        surveyed_at="", photos="[]", source_name="")  # fmt: skip


def _mark(connection: Connection, name: str) -> str:
    if connection.dialect.name == "sqlite":
        return f":{name}"
    if name == "geom":
        return f"ST_GeomFromWKB(:{name}, 4490)"
    kind = "json" if name in JSON_COLUMNS else "date" if name == "due" else ""
    return f"CAST(:{name} AS {kind})" if kind else f":{name}"


def is_folder(place: Place) -> bool:
    return isinstance(place, Path)
