"""What the program makes of one case of the corpus, in the words in which cases expect it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from geo.errors import FileRefused, NeedsConfirmation
from geo.model.layer_kinds import LayerKind
from geo.store.door import Store
from geo.workflow.import_people import read_people
from geo.workflow.importing import inspect
from geo.workflow.intake import ImportOptions, Intake
from tests.builders import actor
from tests.files.corpus_case import Case, Codes, Expect

CHECKS = {
    "same_shape": "duplicates",
    "same_place": "duplicates",
    "sliver": "slivers",
    "gap": "gaps",
    "overlap": "overlaps",
    "outside_territory": "outside",
    "mostly_outside": "outside",
}
CLASHES = {
    "zone": {"other_zone", "zone_in_numbers", "no_zone_in_numbers", "two_zones"},
    "axes": {"swapped_axes", "northing_first"},
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a file."""

    outcome: str
    error: str = ""
    layers: frozenset[str] = frozenset()
    intake: Intake | None = None
    people: tuple[str, ...] = field(default=())


def see(store: Store, case: Case, path: Path) -> Seen:
    """Look at a case as an import would, and say what would come of it."""
    try:
        if case.kind == "people":
            return Seen("imported", people=tuple(p.code for p in read_people(path)))
        options = ImportOptions(**dict(case.options))
        intake = inspect(store, actor(), path, LayerKind(case.kind), options)
        intake.confirm(is_accepted=options.accept_proposals)
    except FileRefused as refused:
        known = str(refused.values.get("known", "")) if refused.code == "layer_needed" else ""
        return Seen("refused_file", refused.code, frozenset(known.split(", ")) - {""})
    except NeedsConfirmation:
        return Seen("confirm", intake=intake)
    stopped = intake.is_stopped(skips_refused=options.skip_refused)
    return Seen("refused_rows" if stopped else "imported", intake=intake)


def wrong_with(seen: Seen, expect: Expect) -> list[str]:
    """List everything that is not as expected."""
    wrong = []
    if seen.outcome not in expect.outcomes:
        wrong.append(f"outcome {seen.outcome} {seen.error}, expected {set(expect.outcomes)}")
        return wrong
    if seen.outcome == "refused_file" and seen.error not in expect.errors:
        wrong.append(f"error {seen.error}, expected {set(expect.errors)}")
    if (
        expect.layers is not None
        and seen.outcome == "refused_file"
        and seen.layers != expect.layers
    ):
        wrong.append(f"layers {set(seen.layers)}, expected {set(expect.layers)}")
    if seen.people and expect.rows_read not in {None, len(seen.people)}:
        wrong.append(f"{len(seen.people)} people")
    if seen.people and expect.first_code not in {None, seen.people[0]}:
        wrong.append(f"first person {seen.people[0]}")
    if seen.intake is not None:
        wrong += _wrong_counts(seen.intake, seen.outcome, expect)
        wrong += _wrong_words(seen.intake, expect)
        wrong += _missing(seen.intake, expect)
    return wrong


def _wrong_counts(intake: Intake, outcome: str, expect: Expect) -> list[str]:
    counts = {
        "rows_read": intake.rows_read,
        "taken": len(intake.rows) if outcome != "refused_rows" else 0,
        "repaired": intake.repaired_rows,
        "quarantined": intake.refused_rows,
    }
    return [
        f"{name} {count}, expected {getattr(expect, name)}"
        for name, count in counts.items()
        if getattr(expect, name) not in {None, count}
    ]


def _wrong_words(intake: Intake, expect: Expect) -> list[str]:
    wrong = []
    for name, said in (("crs", intake.crs), ("encoding", intake.encoding)):
        wanted = getattr(expect, name)
        if wanted is not None and said.upper() not in _any(wanted):
            wrong.append(f"{name} {said}, expected {wanted}")
    codes = intake.rows["code"].tolist()
    if expect.first_code is not None and codes[:1] != [expect.first_code]:
        wrong.append(f"first code {codes[:1]}, expected {expect.first_code}")
    cells = {str(v) for name in intake.rows.columns for v in intake.rows[name].tolist()}
    cells |= {str(v) for values in intake.attribute_columns.values() for v in values}
    wrong += [f"text {text!r} is not there" for text in expect.texts if text not in cells]
    return wrong


def _missing(intake: Intake, expect: Expect) -> list[str]:
    codes = {str(problem.code) for problem in intake.problems}
    proposals = {proposal.what for proposal in intake.proposals}
    checks = {CHECKS[code] for code in codes if code in CHECKS}
    checks |= {"offset"} & proposals
    clashes = set(intake.crs_verdict.contradictions)
    contradictions = {name for name, some in CLASHES.items() if some & clashes}
    contradictions |= {"crs"} if clashes else set()
    contradictions |= {"encoding"} if intake.facts.claimed_encoding else set()
    found = {
        "problems": codes,
        "proposals": proposals,
        "checks": checks,
        "contradictions": contradictions,
    }
    wrong = []
    for name, seen in found.items():
        wanted = getattr(expect, name)
        if wanted is None:
            continue
        if wanted - seen or (not wanted and seen):
            wrong.append(f"{name} {seen}, expected {set(wanted)}")
    return wrong


def _any(wanted: Codes) -> Iterable[str]:
    return {wanted.upper()} if isinstance(wanted, str) else {w.upper() for w in wanted}
