"""A workspace as version 1 of the tables left it, written out: nothing here follows the program."""

import hashlib
import json
from pathlib import Path
from typing import Any

import shapely
from pysqlite3 import dbapi2

TABLES = """
CREATE TABLE meta ("key" VARCHAR NOT NULL, value JSON NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE person (
    code VARCHAR NOT NULL, role VARCHAR NOT NULL, label VARCHAR NOT NULL, level VARCHAR,
    admin_code VARCHAR NOT NULL,
    PRIMARY KEY (code)
);
CREATE TABLE grid_layer (
    id INTEGER NOT NULL, digest VARCHAR NOT NULL, source_name VARCHAR NOT NULL,
    source_crs VARCHAR NOT NULL, imported_at VARCHAR(32) NOT NULL, imported_by VARCHAR NOT NULL,
    count INTEGER NOT NULL, report JSON NOT NULL,
    PRIMARY KEY (id), UNIQUE (digest)
);
CREATE TABLE batch (
    code VARCHAR NOT NULL, digest VARCHAR NOT NULL, source_name VARCHAR NOT NULL,
    source_crs VARCHAR NOT NULL, encoding VARCHAR NOT NULL, cause_list VARCHAR NOT NULL,
    mapping JSON NOT NULL, report JSON NOT NULL, imported_at VARCHAR(32) NOT NULL,
    imported_by VARCHAR NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (code)
);
CREATE TABLE package (
    id VARCHAR NOT NULL, assignee VARCHAR NOT NULL, made_at VARCHAR(32) NOT NULL,
    made_by VARCHAR NOT NULL, patches JSON NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE grid (
    id INTEGER NOT NULL, layer_id INTEGER NOT NULL, code VARCHAR NOT NULL, name VARCHAR NOT NULL,
    admin_code VARCHAR NOT NULL, manager VARCHAR, ranger VARCHAR, area_ha FLOAT NOT NULL,
    attributes JSON NOT NULL, geom BLOB NOT NULL,
    PRIMARY KEY (id), FOREIGN KEY(layer_id) REFERENCES grid_layer (id), UNIQUE (code)
);
CREATE TABLE patch (
    id INTEGER NOT NULL, batch VARCHAR NOT NULL, code VARCHAR NOT NULL, stage VARCHAR NOT NULL,
    version INTEGER NOT NULL, area_ha FLOAT NOT NULL, area_delivered_ha FLOAT,
    admin_code VARCHAR NOT NULL, cause VARCHAR NOT NULL, land_before VARCHAR NOT NULL,
    land_after VARCHAR NOT NULL, image_before VARCHAR NOT NULL, image_after VARCHAR NOT NULL,
    remark TEXT NOT NULL, grid_code VARCHAR, share FLOAT, assignee VARCHAR, due DATE,
    verdict VARCHAR, head_hash VARCHAR NOT NULL, attributes JSON NOT NULL, geom BLOB NOT NULL,
    PRIMARY KEY (id), UNIQUE (batch, code), FOREIGN KEY(batch) REFERENCES batch (code),
    FOREIGN KEY(grid_code) REFERENCES grid (code), FOREIGN KEY(assignee) REFERENCES person (code)
);
CREATE INDEX patch_assignee ON patch (assignee);
CREATE INDEX patch_grid ON patch (grid_code);
CREATE INDEX patch_admin ON patch (admin_code);
CREATE INDEX patch_code ON patch (code);
CREATE INDEX patch_stage_due ON patch (stage, due);
CREATE TABLE event (
    seq INTEGER NOT NULL, patch_id INTEGER NOT NULL, version INTEGER NOT NULL,
    verb VARCHAR NOT NULL, stage_from VARCHAR, stage_to VARCHAR NOT NULL, actor VARCHAR NOT NULL,
    at VARCHAR(32) NOT NULL, reason TEXT NOT NULL, changes JSON NOT NULL, detail JSON NOT NULL,
    prev_hash VARCHAR NOT NULL, hash VARCHAR NOT NULL,
    PRIMARY KEY (seq), UNIQUE (patch_id, version), FOREIGN KEY(patch_id) REFERENCES patch (id)
);
CREATE TABLE finding (
    id INTEGER NOT NULL, patch_id INTEGER NOT NULL, patch_version INTEGER NOT NULL,
    digest VARCHAR NOT NULL, base_version INTEGER, cause VARCHAR NOT NULL,
    unlawful BOOLEAN NOT NULL, land_before VARCHAR NOT NULL, land_after VARCHAR NOT NULL,
    note TEXT NOT NULL, surveyor VARCHAR NOT NULL, surveyed_at VARCHAR NOT NULL,
    photos JSON NOT NULL, source_name VARCHAR NOT NULL,
    PRIMARY KEY (id), UNIQUE (patch_id, patch_version),
    FOREIGN KEY(patch_id) REFERENCES patch (id)
);
CREATE INDEX finding_digest ON finding (patch_id, digest);
CREATE VIRTUAL TABLE grid_box USING rtree(id, min_lon, max_lon, min_lat, max_lat);
CREATE VIRTUAL TABLE patch_box USING rtree(id, min_lon, max_lon, min_lat, max_lat);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER finding_no_update BEFORE UPDATE ON finding
    BEGIN SELECT RAISE(ABORT, 'finding is append-only'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding
    BEGIN SELECT RAISE(ABORT, 'finding is append-only'); END;
CREATE TRIGGER package_no_update BEFORE UPDATE ON package
    BEGIN SELECT RAISE(ABORT, 'package is append-only'); END;
CREATE TRIGGER package_no_delete BEFORE DELETE ON package
    BEGIN SELECT RAISE(ABORT, 'package is append-only'); END;
"""

NOON = "2026-09-01T04:00:00.000000+00:00"
PATCHES = 3


def make_version_1(workspace: Path, rules: dict[str, Any]) -> Path:
    """Two batches: three patches of which the second was assigned, and one without patches."""
    workspace.mkdir()
    path = workspace / "skyground.sqlite"
    raw = dbapi2.connect(str(path))
    raw.execute("PRAGMA journal_mode=WAL")
    raw.executescript(TABLES)
    raw.executemany(
        "INSERT INTO meta VALUES (?, ?)", [("schema_version", 1), ("rules", text_of(rules))]
    )
    raw.execute("INSERT INTO person VALUES ('ranger-1', 'ranger', '', NULL, '')")
    for code, count in (("B1", PATCHES), ("空", 0)):
        values = (code, f"digest of {code}", f"{code}.zip", "EPSG:4528", "GBK")
        rest = ("forest-causes-2019", '{"code":"TBBH"}', '{"taken":3}', NOON, "admin", count)
        raw.execute(f"INSERT INTO batch VALUES ({marks(11)})", values + rest)
    for number in range(1, PATCHES + 1):
        add_patch(raw, number)
    raw.commit()
    raw.close()
    return path


def add_patch(raw: Any, number: int) -> None:
    """A square with its box and its events, all hashes computed here."""
    lon = 120 + number * 0.002
    geom = shapely.to_wkb(shapely.box(lon, 43, lon + 0.001, 43.001))
    attributes = text_of({"TBBH": str(number), "面积": 0.9})
    values: dict[str, Any] = {
        "stage": "issued",
        "area_ha": 0.9,
        "area_delivered_ha": None,
        "admin_code": "159901",
        "cause": "421",
        "land_before": "乔木林地",
        "land_after": "",
        "image_before": "",
        "image_after": "",
        "remark": "",
        "grid_code": None,
        "share": None,
        "assignee": None,
        "due": None,
        "verdict": None,
    }
    digests = {"geom_sha256": sha256(geom), "attributes_sha256": sha256(attributes.encode())}
    steps: list[tuple[str, str | None, str, dict[str, Any]]] = [
        ("imported", None, "issued", values | digests)
    ]
    if number == 2:
        new = {"assignee": "ranger-1", "due": "2026-10-01", "stage": "assigned"}
        steps.append(("assigned", "issued", "assigned", new))
        values = values | new
    events = chain(number, steps)
    row = [number, "B1", str(number), values.pop("stage"), len(events), *values.values()]
    row += [events[-1][-1], attributes, geom]
    raw.execute(f"INSERT INTO patch VALUES ({marks(22)})", row)
    raw.executemany(f"INSERT INTO event VALUES (NULL, {marks(12)})", events)
    raw.execute("INSERT INTO patch_box VALUES (?, ?, ?, 43, 43.001)", (number, lon, lon + 0.001))


def chain(number: int, steps: list[tuple[str, str | None, str, dict[str, Any]]]) -> list[Any]:
    """Events in the order of the table's columns, each with the hash of the one before."""
    events, before = [], "0" * 64
    for version, (verb, stage_from, stage_to, changes) in enumerate(steps, start=1):
        said: dict[str, Any] = {
            "patch_id": number,
            "version": version,
            "verb": verb,
            "stage_from": stage_from,
            "stage_to": stage_to,
            "actor": "admin",
            "at": NOON,
            "reason": "",
        }
        whole = said | {"changes": changes, "detail": {}}
        digest = sha256((before + text_of(whole)).encode())
        events.append((*said.values(), text_of(changes), "{}", before, digest))
        before = digest
    return events


def text_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def marks(count: int) -> str:
    return ", ".join("?" * count)
