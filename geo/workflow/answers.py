"""From what a field program returned to findings: every answer checked, every problem listed."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from geo.model.problems import Problem, Severity
from geo.model.things import Finding, Photo, View

YES = frozenset({"1", "true", "yes", "是", "违法"})
NO = frozenset({"0", "false", "no", "否", "合法"})
ASKED = ("found_cause", "found_unlawful")
FOUND = (*ASKED, "found_land_before", "found_land_after", "found_note")


def was_asked(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has the fields that a package asks to be filled in."""
    return any(name in row for name in ASKED)


def is_unanswered(row: Mapping[str, Any]) -> bool:
    """Tell whether nobody has filled in anything, nor added a photo."""
    return all(_text(row.get(name)) == "" for name in FOUND) and _photos(row.get("photos")) == ()


def parse_answer(
    row: Mapping[str, Any], number: int, *, importer: str
) -> tuple[Finding | None, list[Problem]]:
    """Read one returned feature.

    Parameters
    ----------
    row
        Its properties.
    number
        Of the feature in the file, from 1, for the problems.
    importer
        Code of who imports: the surveyor, where the row names none.
    """
    problems = [
        Problem(number, name, "answer_missing", Severity.REFUSED, {"value_key": f"answer.{name}"})
        for name in ("patch_code", *ASKED)
        if _text(row.get(name)) == ""
    ]
    unlawful = _truth(row.get("found_unlawful"))
    if unlawful is None and _text(row.get("found_unlawful")):
        problems.append(_bad(number, "found_unlawful", row))
    base_version = _version(row.get("base_version"))
    if base_version is None and _text(row.get("base_version")):
        problems.append(_bad(number, "base_version", row))
    photos = _photos(row.get("photos"))
    if photos is None:
        problems.append(_bad(number, "photos", row))
    if problems or unlawful is None or photos is None:
        return None, problems
    finding = Finding(
        batch=_text(row.get("batch")) or None,
        patch_code=_text(row.get("patch_code")),
        base_version=base_version,
        cause=_text(row.get("found_cause")),
        unlawful=unlawful,
        land_before=_text(row.get("found_land_before")),
        land_after=_text(row.get("found_land_after")),
        note=_text(row.get("found_note")),
        surveyor=_text(row.get("surveyor")) or importer,
        surveyed_at=_text(row.get("surveyed_at")),
        photos=photos,
    )
    return finding, []


def finding_digest(finding: Finding) -> str:
    """Hash what was found, so that the same answer is known again whatever file brings it."""
    moment = _moment(finding.surveyed_at)
    said = asdict(replace(finding, batch=None, base_version=None, surveyed_at=moment))
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _bad(number: int, name: str, row: Mapping[str, Any]) -> Problem:
    values = {"field_key": f"answer.{name}", "value": str(row[name])[:80]}
    return Problem(number, name, "answer_bad", Severity.REFUSED, values)


def _text(value: object) -> str:
    if value is None:
        return ""
    # Programs that keep numbers as floats return 52.0 for the code 52.
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    # Half of a character outside the basic plane, as some phones cut an emoji, cannot be kept.
    return str(value).encode("utf-8", errors="replace").decode("utf-8").strip()


def _moment(text: str) -> str:
    """Write a time the one way: a GeoPackage turns 10:00+08:00 into 02:00Z."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.isoformat() if moment.tzinfo is None else moment.astimezone(UTC).isoformat()


def _truth(value: object) -> bool | None:
    word = _text(value).lower()
    return True if word in YES else False if word in NO else None


def _version(value: object) -> int | None:
    text = _text(value)
    return int(text) if text.isdecimal() else None


def _photos(value: object) -> tuple[Photo, ...] | None:
    """Read the photos; a program that cannot nest returns the list as text."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except (ValueError, RecursionError):
            return None
    if value is None:
        return ()
    if not isinstance(value, list):
        return None
    photos = [_photo(entry) for entry in value]
    return None if None in photos else tuple(p for p in photos if p is not None)


def _photo(entry: object) -> Photo | None:
    if not isinstance(entry, dict) or not entry.get("file"):
        return None
    try:
        numbers = {
            name: float(entry[name]) if entry.get(name) is not None else None
            for name in ("lon", "lat", "azimuth_deg")
        }
        view = View(entry["view"]) if entry.get("view") else None
    except (TypeError, ValueError):
        return None
    if not all(number is None or math.isfinite(number) for number in numbers.values()):
        return None
    taken_at = _text(entry.get("taken_at"))
    return Photo(file=_text(entry["file"]), taken_at=taken_at, view=view, **numbers)
