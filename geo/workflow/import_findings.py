"""Take findings back from the field: all of a file, or none of it."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.errors import FileRefused, NotFound
from geo.files.field_package import read_answers
from geo.model.codes import cause_list
from geo.model.filters import PatchFilter
from geo.model.problems import Problem, Severity, refused
from geo.model.stages import FIELD, Stage, Verb, require_role
from geo.model.things import Actor, Finding, Patch
from geo.store import batches, fieldwork, patches, people
from geo.store.changes import Change, change_patches
from geo.store.door import Session, Store
from geo.text import Lang
from geo.workflow.answers import (
    ASKED,
    finding_digest,
    is_unanswered,
    parse_answer,
    was_asked,
)
from geo.workflow.importing import Outcome

OPEN_STAGES = frozenset({Stage.ASSIGNED, Stage.IN_FIELD})


@dataclass(frozen=True, slots=True)
class FindingsReport:
    """What became of a file of findings.

    Attributes
    ----------
    rows_read
        Features in the file.
    taken, unchanged, unanswered, refused
        Findings merged; known before; patches nobody has answered yet; rows that are wrong.
    """

    outcome: Outcome
    source_name: str
    rows_read: int
    taken: int
    unchanged: int
    unanswered: int
    refused: int
    problems: tuple[Problem, ...]

    def as_json(self, lang: Lang) -> dict[str, object]:
        """Give the report as plain values, its sentences in one language."""
        values = asdict(self)
        values["outcome"] = str(self.outcome)
        values["problems"] = [p.as_row(lang) for p in self.problems]
        return values


@dataclass(frozen=True, slots=True)
class _Matched:
    row: int
    finding: Finding
    patch: Patch
    digest: str
    package: str


def import_findings(
    store: Store, actor: Actor, path: Path, *, at: datetime, skip_refused: bool = False
) -> FindingsReport:
    """Merge what the field found into the patches it was found at.

    A finding goes in only if its patch is still as it was when the package left; what was answered
    before is recognised and changes nothing.

    Parameters
    ----------
    path
        The exported GeoJSON with its answers, or a GeoPackage with the same fields.
    skip_refused
        Take the good rows and leave the refused ones out.

    Raises
    ------
    FileRefused
        If the file is not a file of findings.
    NotAllowed
        If the actor's role does not bring findings.
    """
    require_role(actor.role, FIELD, Verb.FOUND)
    rows = read_answers(path)
    if rows and not any(was_asked(row) for row in rows):
        raise FileRefused("findings_format", path=path, detail=", ".join(ASKED))
    answered = [(n, row) for n, row in enumerate(rows, start=1) if not is_unanswered(row)]
    findings, problems = _parse(answered, actor)
    with store.writing(actor) as session:
        matched, more = _match(session, findings)
        problems += more
        known = fieldwork.known_digests(session)
        new = _without_repeats([m for m in matched if not _is_known(m, known)])
        problems += _conflicts(session, new)
        bad_rows = {p.row for p in refused(problems)}
        good = [m for m in new if m.row not in bad_rows]
        is_refused = bool(bad_rows) and not skip_refused
        if not is_refused:
            _write(session, good, path.name, at)
    outcome = Outcome.REFUSED if is_refused else Outcome.IMPORTED if good else Outcome.UNCHANGED
    return FindingsReport(
        outcome=outcome,
        source_name=path.name,
        rows_read=len(rows),
        taken=0 if is_refused else len(good),
        unchanged=len(matched) - len(new),
        unanswered=len(rows) - len(answered),
        refused=len(bad_rows),
        problems=tuple(sorted(problems, key=lambda p: (p.row, p.code))),
    )


def _parse(
    answered: Sequence[tuple[int, Mapping[str, Any]]], actor: Actor
) -> tuple[list[tuple[int, Finding, str]], list[Problem]]:
    findings, problems = [], list[Problem]()
    for number, row in answered:
        finding, wrong = parse_answer(row, number, importer=actor.code)
        problems += wrong
        if finding is not None:
            findings.append((number, finding, str(row.get("package") or "")))
    return findings, problems


def _match(
    session: Session, findings: Sequence[tuple[int, Finding, str]]
) -> tuple[list[_Matched], list[Problem]]:
    matched, problems = [], []
    by_code = _patches_by_code(session)
    for row, finding, package in findings:
        try:
            patch = _one(by_code, finding)
        except NotFound as error:
            problems.append(
                Problem(row, "patch_code", error.code, Severity.REFUSED, dict(error.values))
            )
            continue
        matched.append(_Matched(row, finding, patch, finding_digest(finding), package))
    return matched, problems


def _is_known(matched: _Matched, known: Set[tuple[int, str]]) -> bool:
    """Tell whether a finding was taken before: the same words on a new package are a new answer."""
    is_asked_again = matched.patch.stage in OPEN_STAGES and (
        matched.finding.base_version == matched.patch.version
    )
    return (matched.patch.id, matched.digest) in known and not is_asked_again


def _without_repeats(new: Sequence[_Matched]) -> list[_Matched]:
    """Keep the first of rows that say the same of the same patch."""
    first = {(m.patch.id, m.digest): m for m in reversed(new)}
    return [m for m in new if first[m.patch.id, m.digest] is m]


def _patches_by_code(session: Session) -> dict[str, list[Patch]]:
    by_code: dict[str, list[Patch]] = {}
    for patch in patches.find_patches(session, PatchFilter()):
        by_code.setdefault(patch.code, []).append(patch)
    return by_code


def _one(by_code: Mapping[str, Sequence[Patch]], finding: Finding) -> Patch:
    found = [p for p in by_code.get(finding.patch_code, ()) if finding.batch in {None, p.batch}]
    if not found:
        raise NotFound("unknown_patch", value=finding.patch_code)
    if len(found) > 1:
        known = ", ".join(p.batch for p in found)
        raise NotFound("ambiguous_patch", value=finding.patch_code, known=known)
    return found[0]


def _conflicts(session: Session, new: Sequence[_Matched]) -> list[Problem]:
    problems = []
    times = Counter(m.patch.id for m in new)
    packed = fieldwork.packed_versions(session, {m.package for m in new})
    surveyors = {p.code for p in people.list_people(session)}
    lists = {b.code: cause_list(b.cause_list) for b in batches.list_batches(session)}
    for m in new:
        seen = m.finding.base_version
        values: dict[str, object] = {"value": m.patch.key}
        if times[m.patch.id] > 1:
            problems.append(_refuse(m, "answered_twice", values))
        elif m.patch.stage not in OPEN_STAGES:
            problems.append(_refuse(m, "not_in_field", values | {"stage": m.patch.stage}))
        elif seen is not None and (seen != m.patch.version or _left_otherwise(m, packed)):
            values |= {"seen": seen, "standing": m.patch.version}
            problems.append(_refuse(m, "old_version", values))
        if m.finding.surveyor not in surveyors:
            problems.append(_refuse(m, "unknown_surveyor", {"value": m.finding.surveyor}))
        if m.finding.cause not in lists[m.patch.batch].entries:
            named = {"value": m.finding.cause, "list": lists[m.patch.batch].key}
            problems.append(Problem(m.row, "found_cause", "unlisted_cause", Severity.NOTICE, named))
    return problems


def _left_otherwise(matched: _Matched, packed: Mapping[str, Mapping[int, int]]) -> bool:
    """Tell whether the package took this patch out in another version, or not at all.

    A corrected delivery may have given the number to another patch meanwhile.
    """
    package = packed.get(matched.package)
    return package is not None and package.get(matched.patch.id) != matched.finding.base_version


def _refuse(matched: _Matched, code: str, values: Mapping[str, object]) -> Problem:
    return Problem(matched.row, "patch_code", code, Severity.REFUSED, values)


def _write(session: Session, good: Sequence[_Matched], source_name: str, at: datetime) -> None:
    changes, rows = [], []
    for m in good:
        said = asdict(m.finding)
        said = {k: said[k] for k in said if k not in {"batch", "patch_code"}}
        said["photos"] = [dict(photo) for photo in said["photos"]]
        changes.append(
            Change(
                m.patch.id,
                m.patch.version,
                Verb.FOUND,
                Stage.VERIFIED,
                new_values={"verdict": "unlawful" if m.finding.unlawful else "lawful"},
                detail={"finding": said, "source": source_name},
            )
        )
        rows.append(
            said
            | {
                "patch_id": m.patch.id,
                "patch_version": m.patch.version + 1,
                "digest": m.digest,
                "source_name": source_name,
            }
        )
    change_patches(session, changes, at=at)
    fieldwork.insert_findings(session, rows)
