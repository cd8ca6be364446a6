"""Find candidates for patches between two images, and keep them as a batch of the machine's own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.errors import FileRefused
from geo.files.read import file_digest
from geo.imagery.detect import Candidates, Wanted, find_candidates
from geo.imagery.raster_pair import taken_on
from geo.model import columns as c
from geo.model.codes import DEFAULT_CAUSES
from geo.model.origin import Origin
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor, Batch
from geo.shapes.crs import known_crs, to_stored
from geo.shapes.hits import Hits, compare_outlines
from geo.shapes.measure import geodesic_area_ha, round_ha
from geo.shapes.repair import repair_polygons
from geo.store import batches
from geo.store.door import Session, Store
from geo.store.new_patches import NewPatches, insert_new_patches
from geo.workflow.import_patches import inspect_patches
from geo.workflow.importing import MAX_BATCH_NAME, Outcome, batch_name, refuse_same_batch
from geo.workflow.intake import ImportOptions

LEAST_HA = 0.1
_NAME = "machine-"


@dataclass(frozen=True, slots=True)
class Found:
    """What has changed between two images, as patches would be written.

    Attributes
    ----------
    shapes
        Valid outlines in EPSG:4490, from north to south.
    codes
        Numbers within the batch.
    area_ha
        Geodesic, on the CGCS2000 ellipsoid.
    confidence
        0 to 1, as `geo.imagery.detect` gives it.
    change
        Mean change of the index.
    days
        Days of the two images; empty where they do not say.
    """

    shapes: np.ndarray
    codes: list[str]
    area_ha: np.ndarray
    confidence: np.ndarray
    change: np.ndarray
    days: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DetectReport:
    """What a comparison of two images found, and what became of it.

    Attributes
    ----------
    outcome
        ``imported``, ``unchanged`` if the same images were compared in the same way before, or
        ``examined`` if nothing was to be written.
    index
        ``ndvi`` or ``brightness``.
    threshold, spread, season
        From which change on it counts; how far unchanged land spreads; what the whole land changed
        by, which was taken out. All in the index.
    seen_share
        Share of the rectangle common to both images that both show.
    pixel_ha
        Area of a pixel, about.
    hits
        Against a known truth, if one was given.
    """

    outcome: Outcome
    name: str
    before: str
    after: str
    days: tuple[str, str] = ("", "")
    candidates: int = 0
    area_ha: float = 0.0
    min_area_ha: float = LEAST_HA
    index: str = ""
    threshold: float = 0.0
    spread: float = 0.0
    season: float = 0.0
    seen_share: float = 0.0
    pixel_ha: float = 0.0
    crs: str = ""
    hits: Hits | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, object]:
        """Give the report as plain values."""
        return {
            "outcome": str(self.outcome),
            "name": self.name,
            "origin": str(Origin.MACHINE),
            "before": self.before,
            "after": self.after,
            "image_before": self.days[0],
            "image_after": self.days[1],
            "candidates": self.candidates,
            "area_ha": self.area_ha,
            "min_area_ha": self.min_area_ha,
            "index": self.index,
            "threshold": self.threshold,
            "spread": self.spread,
            "season": self.season,
            "seen_share": self.seen_share,
            "pixel_ha": self.pixel_ha,
            "crs": self.crs,
            "truth": None if self.hits is None else _told(self.hits),
        }


def detect(
    store: Store,
    actor: Actor,
    before: Path,
    after: Path,
    *,
    at: datetime,
    wanted: Wanted,
    batch: str | None = None,
    days: tuple[str, str] = ("", ""),
    truth: Path | None = None,
    writes: bool = True,
) -> DetectReport:
    """Compare two images and import what has changed as a batch marked as machine-made.

    The same images compared in the same way change nothing and say so.

    Parameters
    ----------
    batch
        Name of the batch; without one it is made of the second image's name.
    days
        Days of the images; empty: as they say themselves.
    truth
        A layer of known patches to count hits and misses against.
    writes
        False: look only.

    Raises
    ------
    FileRefused
        As `geo.imagery.detect.find_candidates`; ``batch_of_delivery``, ``batch_of_machine``,
        ``batch_name_bad``, ``batch_name_taken``.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    name = batch_name(batch if batch is not None else f"{_NAME}{after.stem}"[:MAX_BATCH_NAME])
    digest = _digest(before, after, wanted)
    known = _found_before(store, actor, digest, name) if writes else None
    if known is not None and truth is None:
        return DetectReport(
            Outcome.UNCHANGED,
            known.code,
            before.name,
            after.name,
            candidates=known.count,
            min_area_ha=wanted.min_area_ha,
        )
    candidates = find_candidates(before, after, wanted)
    told = (days[0] or taken_on(before), days[1] or taken_on(after))
    found = _as_patches(candidates, wanted.min_area_ha, told)
    hits = None if truth is None else _against(store, actor, truth, found)
    outcome = Outcome.EXAMINED
    if writes:
        outcome = Outcome.IMPORTED if known is None else Outcome.UNCHANGED
    report = _report(
        outcome,
        name if known is None else known.code,
        (before, after),
        candidates=candidates,
        found=found,
        wanted=wanted,
        hits=hits,
    )
    if outcome is Outcome.IMPORTED:
        _keep(store, actor, report, found, digest=digest, at=at)
    return report


def _digest(before: Path, after: Path, wanted: Wanted) -> str:
    parts = [file_digest(path) for path in (before, after, *wanted.clouds)]
    way = (wanted.min_area_ha, str(wanted.index or ""), wanted.red, wanted.near)
    return hashlib.sha256(repr((parts, way)).encode()).hexdigest()


def _found_before(store: Store, actor: Actor, digest: str, name: str) -> Batch | None:
    """Give the batch of the same comparison; refuse a name that something else has."""
    with store.reading(actor) as session:
        same = batches.find_batch_by_digest(session, digest)
        if same is not None:
            return same
        _refuse_taken(session, name)
    return None


def _refuse_taken(session: Session, name: str) -> None:
    other = batches.find_batch(session, name)
    if other is not None and other.origin is Origin.DELIVERED:
        raise FileRefused("batch_of_delivery", batch=other.code, source=other.source_name)
    refuse_same_batch(session, name)


def _as_patches(found: Candidates, least_ha: float, days: tuple[str, str]) -> Found:
    """Bring candidates to EPSG:4490, mend and measure them, and number them from the north."""
    mended = repair_polygons(to_stored(found.shapes, found.crs), c.STORED_CRS).geometries
    is_there = np.array([shape is not None for shape in mended], dtype=bool)
    area_ha = np.zeros(len(mended))
    area_ha[is_there] = geodesic_area_ha(mended[is_there])
    # A pixel's edge is not lost for the sake of the stairs that were taken out.
    rows = np.flatnonzero(
        is_there & (np.maximum(area_ha, found.pixels * found.pixel_ha) >= least_ha)
    )
    middle = shapely.get_coordinates(shapely.centroid(mended[rows]))
    rows = rows[np.lexsort((middle[:, 0].round(7), -middle[:, 1].round(7)))]
    width = max(4, len(str(len(rows))))
    return Found(
        shapes=mended[rows],
        codes=[f"M{k:0{width}d}" for k in range(1, len(rows) + 1)],
        area_ha=round_ha(area_ha[rows]),
        confidence=found.confidence[rows],
        change=found.change[rows].round(4),
        days=days,
    )


def _against(store: Store, actor: Actor, truth: Path, found: Found) -> Hits:
    options = ImportOptions(accept_proposals=True, skip_refused=True)
    known = inspect_patches(store, actor, truth, options).geometries
    return compare_outlines(found.shapes, known)


def _report(
    outcome: Outcome,
    name: str,
    images: Sequence[Path],
    *,
    candidates: Candidates,
    found: Found,
    wanted: Wanted,
    hits: Hits | None,
) -> DetectReport:
    scale = candidates.scale
    return DetectReport(
        outcome=outcome,
        name=name,
        before=images[0].name,
        after=images[1].name,
        days=found.days,
        candidates=len(found.codes),
        area_ha=round(float(found.area_ha.sum()), 4),
        min_area_ha=wanted.min_area_ha,
        index=str(scale.index),
        threshold=round(scale.threshold, 4),
        spread=round(scale.spread, 4),
        season=round(scale.middle, 4),
        seen_share=round(candidates.seen_share, 4),
        pixel_ha=round(candidates.pixel_ha, 6),
        crs=known_crs(candidates.crs).name,
        hits=hits,
    )


def _keep(
    store: Store, actor: Actor, report: DetectReport, found: Found, *, digest: str, at: datetime
) -> None:
    attributes: dict[str, list[Any]] = {
        c.CONFIDENCE: found.confidence.tolist(),
        "change": found.change.tolist(),
        "index": [report.index] * len(found.codes),
    }
    columns: dict[str, Any] = {
        c.CODE: found.codes,
        c.AREA_HA: found.area_ha.tolist(),
        c.ADMIN_CODE: actor.home_prefix,
        c.IMAGE_BEFORE: found.days[0],
        c.IMAGE_AFTER: found.days[1],
        c.BATCH: report.name,
    }
    with store.writing(actor) as session:
        _refuse_taken(session, report.name)
        batches.insert_batch(
            session,
            Batch(
                code=report.name,
                digest=digest,
                source_name=f"{report.before} → {report.after}",
                source_crs=report.crs,
                encoding="",
                cause_list=DEFAULT_CAUSES,
                mapping={c.CODE: c.CODE},
                report=report.as_json(),
                imported_at=at,
                imported_by=actor.code,
                count=len(found.codes),
            ),
        )
        detail = {"file_sha256": digest, "origin": str(Origin.MACHINE)}
        insert_new_patches(
            session, NewPatches(columns, attributes, found.shapes), at=at, detail=detail
        )


def _told(hits: Hits) -> dict[str, object]:
    return {
        "known": len(hits.covered),
        "hits": hits.hits,
        "misses": hits.misses,
        "false_alarms": hits.false_alarms,
        "recall": round(hits.recall, 3),
        "precision": round(hits.precision, 3),
        "area_covered": round(hits.area_covered, 3),
        "area_right": round(hits.area_right, 3),
    }
