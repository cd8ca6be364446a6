"""An office as a plain table of patches, and the real one beside it: whatever is done to both.

Each step tries something on some patch, lawful or not. The plain table says whether it may happen
and what becomes of the patch; the real office has to agree, refuse with nothing changed, and keep a
history that can be verified.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geo.errors import NotAllowed
from geo.model.filters import PatchFilter
from geo.model.stages import Level, Stage, Verb
from geo.model.things import Actor, Patch, Person
from geo.settings import Rules
from geo.store.door import Store
from geo.workflow import look
from geo.workflow.assign import assign_patches
from geo.workflow.close import CaseStep, advance_case, close, reopen
from geo.workflow.export_field import export_field
from geo.workflow.import_findings import import_findings
from geo.workflow.import_grids import import_grids, inspect_grids
from geo.workflow.import_patches import import_patches, inspect_patches
from geo.workflow.importing import Outcome
from geo.workflow.intake import Intake
from geo.workflow.locate import locate
from geo.workflow.redelivery import apply_delivery, compare_delivery, settle_alert
from geo.workflow.review import review
from geo.workflow.seal import check_seals, seal_day
from geo.workflow.set_up import set_up
from geo.workflow.undo import undo
from tests.builders import ADMIN, INSPECTOR, MANAGER, NOON, STAFF, actor
from tests.deliveries import grids_frame, patches_frame, square, write_file
from tests.office import ACCEPT, ANSWER, LAWFUL, fill_in

CODES = ("1", "2", "3")
BATCH = "B1"
COUNTY = actor(replace(INSPECTOR, code="county", level=Level.COUNTY))
CITY = actor(replace(INSPECTOR, code="city", level=Level.CITY))
OFFICERS = (COUNTY, CITY, actor(ADMIN))
STAFF_HERE = (*STAFF, COUNTY.person, CITY.person)

MakeStore = Callable[[Path, tuple[Person, ...], Rules], Store]


def sqlite_store(folder: Path, staff: tuple[Person, ...], rules: Rules) -> Store:
    """Make an office with its staff on SQLite."""
    return set_up(folder / "workspace", staff=staff, at=NOON, rules=rules)


@cache
def files() -> dict[str, tuple[Path, Intake]]:
    """The delivered files, each with what was read in it, made and read once."""
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    grids = write_file(grids_frame({"G1": square(-1, -1, side_m=10_000)}), folder / "grids.gpkg")
    wide = [square(0, side_m=120), *(square(2 * n) for n in range(1, len(CODES)))]
    frames = {"first": patches_frame(CODES), "wide": patches_frame(CODES, geometry=wide)}
    with set_up(folder / "workspace", staff=STAFF, at=NOON) as store:
        read = {"grids": (grids, inspect_grids(store, actor(), grids, ACCEPT))}
        for name, frame in frames.items():
            path = write_file(frame, folder / f"{name}.gpkg")
            read[name] = (path, inspect_patches(store, actor(), path, ACCEPT))
    return read


@dataclass(frozen=True)
class Plain:
    """One patch in the plain table."""

    stage: Stage = Stage.ISSUED
    version: int = 1
    grid: str | None = None
    assignee: str | None = None
    due: date | None = None
    verdict: str | None = None
    alert: str | None = None
    is_wide: bool = False


@dataclass(frozen=True)
class Done:
    """What happened last to a patch: what, by whom, when, and what it was before."""

    verb: Verb
    who: str
    at: datetime
    before: Plain


class OfficeMachine(RuleBasedStateMachine):
    """Both offices; a subclass says on which engine the real one stands."""

    make_store: ClassVar[MakeStore]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.store = self.make_store(self.folder, STAFF_HERE, Rules(review_levels=2))
        self.at = NOON
        self.plain: dict[str, Plain] = {}
        self.last: dict[str, Done] = {}
        self.packages: list[tuple[Path, dict[str, int]]] = []
        self.answers = 0
        self.events = 0
        self.is_sealed_until: date | None = None

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # ---- How both are moved ---------------------------------------------------------------------

    def seen(self, code: str) -> Patch:
        return look.one(self.store, actor(), f"{BATCH}/{code}")

    def become(self, code: str, verb: Verb, who: Actor, **values: object) -> None:
        """Change a patch in the plain table."""
        before = self.plain[code]
        self.plain[code] = replace(before, version=before.version + 1, **values)
        self.last[code] = Done(verb, who.code, self.at, before)
        self.events += 1
        event(f"{verb} at {before.stage}")

    def attempt(self, act: Callable[[], object], *, is_lawful: bool) -> bool:
        """Do it in the real office; it has to be refused exactly if it is not lawful."""
        try:
            act()
        except NotAllowed:
            assert not is_lawful
            return False
        assert is_lawful
        return True

    # ---- What can be done -----------------------------------------------------------------------

    @initialize(
        steps=st.tuples(*[st.integers(0, 10)] * len(CODES)), is_lawful_finding=st.booleans()
    )
    def begin(self, steps: tuple[int, ...], is_lawful_finding: bool) -> None:
        """Deliver the patches and take each on for some steps: by chance few come to their end."""
        self.deliver()
        for code, count in zip(CODES, steps, strict=True):
            for _ in range(count):
                self.go_one_step(code, is_lawful_finding)

    def deliver(self) -> None:
        grids, read = files()["grids"]
        import_grids(self.store, COUNTY, grids, at=self.at, options=ACCEPT, intake=read)
        first, intake = files()["first"]
        options = {"batch": BATCH, "options": ACCEPT, "intake": intake}
        import_patches(self.store, COUNTY, first, at=self.at, **options)
        for code in CODES:
            self.plain[code] = Plain()
            self.last[code] = Done(Verb.IMPORTED, COUNTY.code, self.at, Plain())
        self.events = len(CODES)

    @rule(hours=st.sampled_from([1, 1, 1, 5, 30]))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule()
    def deliver_the_same_again(self) -> None:
        first, intake = files()["first"]
        options = {"batch": BATCH, "options": ACCEPT, "intake": intake}
        report = import_patches(self.store, COUNTY, first, at=self.at, **options)
        assert report.outcome is Outcome.UNCHANGED

    @rule()
    def locate(self) -> None:
        locate(self.store, actor(MANAGER), at=self.at)
        for code, patch in self.plain.items():
            if patch.stage is Stage.ISSUED and patch.grid is None:
                self.become(code, Verb.LOCATED, actor(MANAGER), grid="G1")

    @rule(code=st.sampled_from(CODES), to=st.sampled_from(["ranger-1", "ranger-2"]))
    def assign(self, code: str, to: str) -> None:
        patch, who = self.plain[code], actor(MANAGER)
        due = self.at.date() + timedelta(days=20)
        stages = {Stage.ISSUED, Stage.ASSIGNED, Stage.IN_FIELD}
        options = {"at": self.at, "to": to, "due": due}
        is_new = (patch.stage, patch.assignee, patch.due) != (Stage.ASSIGNED, to, due)
        is_lawful = patch.grid is not None and patch.stage in stages
        if (
            self.attempt(
                lambda: assign_patches(self.store, who, [self.seen(code)], **options),
                is_lawful=is_lawful,
            )
            and is_new
        ):
            values = {"stage": Stage.ASSIGNED, "assignee": to, "due": due}
            self.become(code, Verb.ASSIGNED, who, **values)

    @rule()
    def export(self) -> None:
        going = {c: p for c, p in self.plain.items() if p.stage in {Stage.ASSIGNED, Stage.IN_FIELD}}
        out = self.folder / f"field-{len(self.packages)}"
        who = actor(MANAGER)
        if not self.attempt(
            lambda: export_field(self.store, who, out, at=self.at), is_lawful=bool(going)
        ):
            return
        for code, patch in going.items():
            if patch.stage is Stage.ASSIGNED:
                self.become(code, Verb.EXPORTED, who, stage=Stage.IN_FIELD)
        for path in sorted(out.glob("*.geojson")):
            text = path.read_text(encoding="utf-8")
            inside = [c for c in going if f'"patch_code": "{c}"' in text]
            self.packages.append((path, {c: self.plain[c].version for c in inside}))

    @rule(back=st.integers(0, 3), is_lawful_finding=st.booleans())
    def bring_findings(self, back: int, is_lawful_finding: bool) -> None:
        """Answer a package, perhaps an old one: good answers go in, late ones are left out."""
        if not self.packages:
            return
        package, carried = self.packages[-1 - back % len(self.packages)]
        self.answers += 1
        answer = dict(LAWFUL if is_lawful_finding else ANSWER) | {"found_note": str(self.answers)}
        path = fill_in(package, dict.fromkeys(CODES, answer), name=f"{self.answers}.geojson")
        who = actor(MANAGER)
        report = import_findings(self.store, who, path, at=self.at, skip_refused=True)
        open_stages = {Stage.ASSIGNED, Stage.IN_FIELD}
        good = [
            c
            for c, version in carried.items()
            if (self.plain[c].stage in open_stages and self.plain[c].version == version)
        ]
        assert (report.taken, report.refused) == (len(good), len(carried) - len(good))
        verdict = "lawful" if is_lawful_finding else "unlawful"
        for code in good:
            self.become(code, Verb.FOUND, who, stage=Stage.VERIFIED, verdict=verdict)

    @rule(code=st.sampled_from(CODES), who=st.sampled_from([COUNTY, CITY]))
    def pass_on(self, code: str, who: Actor) -> None:
        due = {Stage.VERIFIED: COUNTY, Stage.COUNTY_PASSED: CITY}
        target = {Stage.VERIFIED: Stage.COUNTY_PASSED, Stage.COUNTY_PASSED: Stage.CITY_PASSED}
        stage = self.plain[code].stage
        if self.attempt(
            lambda: review(self.store, who, self.seen(code), is_passed=True, at=self.at),
            is_lawful=due.get(stage) is who,
        ):
            self.become(code, Verb.PASSED, who, stage=target[stage])

    @rule(
        code=st.sampled_from(CODES),
        who=st.sampled_from([COUNTY, CITY]),
        to=st.sampled_from([Stage.ASSIGNED, Stage.VERIFIED]),
    )
    def send_back(self, code: str, who: Actor, to: Stage) -> None:
        due = {Stage.VERIFIED: COUNTY, Stage.COUNTY_PASSED: CITY, Stage.CITY_PASSED: CITY}
        patch = self.plain[code]
        options = {"is_passed": False, "reason": "退回", "return_to": to, "at": self.at}
        is_lawful = due.get(patch.stage) is who and patch.stage is not to
        if self.attempt(
            lambda: review(self.store, who, self.seen(code), **options), is_lawful=is_lawful
        ):
            verdict = None if to is Stage.ASSIGNED else patch.verdict
            self.become(code, Verb.RETURNED, who, stage=to, verdict=verdict)

    @rule(code=st.sampled_from(CODES), steps=st.integers(1, 4), is_lawful_finding=st.booleans())
    def go_on(self, code: str, steps: int, is_lawful_finding: bool) -> None:
        """Take a patch on along its lawful way."""
        for _ in range(steps):
            self.go_one_step(code, is_lawful_finding)

    def go_one_step(self, code: str, is_lawful_finding: bool) -> None:
        """Do what comes next; what is closed stays so."""
        match self.plain[code].stage:
            case Stage.ISSUED if self.plain[code].grid is None:
                self.locate()
            case Stage.ISSUED:
                self.assign(code=code, to="ranger-1")
            case Stage.ASSIGNED:
                self.export()
            case Stage.IN_FIELD:
                self.export()
                self.bring_findings(back=0, is_lawful_finding=is_lawful_finding)
            case Stage.VERIFIED:
                self.pass_on(code=code, who=COUNTY)
            case Stage.COUNTY_PASSED:
                self.pass_on(code=code, who=CITY)
            case Stage.CITY_PASSED if self.plain[code].verdict == "unlawful":
                self.go_on_with_the_case(code=code, step=CaseStep.OPEN, who=CITY)
            case Stage.CASE_OPEN | Stage.RECTIFYING as stage:
                step = CaseStep.RECTIFY if stage is Stage.CASE_OPEN else CaseStep.ACCEPT
                self.go_on_with_the_case(code=code, step=step, who=CITY)
            case Stage.CITY_PASSED | Stage.ACCEPTED:
                self.close(code=code, who=COUNTY)

    @rule(code=st.sampled_from(CODES), who=st.sampled_from(OFFICERS))
    def close(self, code: str, who: Actor) -> None:
        patch = self.plain[code]
        is_fine = patch.stage is Stage.CITY_PASSED and patch.verdict == "lawful"
        if self.attempt(
            lambda: close(self.store, who, self.seen(code), reason="手续齐全", at=self.at),
            is_lawful=is_fine or patch.stage is Stage.ACCEPTED,
        ):
            stage = Stage.CLOSED_LAWFUL if is_fine else Stage.CLOSED
            self.become(code, Verb.CLOSED, who, stage=stage)

    @rule(
        code=st.sampled_from(CODES),
        step=st.sampled_from(CaseStep),
        who=st.sampled_from(OFFICERS),
    )
    def go_on_with_the_case(self, code: str, step: CaseStep, who: Actor) -> None:
        source, verb, target = {
            CaseStep.OPEN: (Stage.CITY_PASSED, Verb.CASE_OPENED, Stage.CASE_OPEN),
            CaseStep.RECTIFY: (Stage.CASE_OPEN, Verb.RECTIFIED, Stage.RECTIFYING),
            CaseStep.ACCEPT: (Stage.RECTIFYING, Verb.ACCEPTED, Stage.ACCEPTED),
        }[step]
        patch = self.plain[code]
        is_lawful = patch.stage is source
        if step is CaseStep.OPEN:
            is_lawful = is_lawful and patch.verdict == "unlawful"
        if self.attempt(
            lambda: advance_case(self.store, who, self.seen(code), step, reason="依法", at=self.at),
            is_lawful=is_lawful,
        ):
            self.become(code, verb, who, stage=target)

    @rule(code=st.sampled_from(CODES), who=st.sampled_from(OFFICERS))
    def reopen(self, code: str, who: Actor) -> None:
        if self.attempt(
            lambda: reopen(self.store, who, self.seen(code), reason="举报", at=self.at),
            is_lawful=self.plain[code].stage in {Stage.CLOSED, Stage.CLOSED_LAWFUL},
        ):
            self.become(code, Verb.REOPENED, who, stage=Stage.VERIFIED)

    @rule(code=st.sampled_from(CODES), is_lawful_finding=st.booleans())
    def go_on_and_undo(self, code: str, is_lawful_finding: bool) -> None:
        """Take a patch one step on, or give it to somebody else, and take that back."""
        if self.plain[code].stage in {Stage.ASSIGNED, Stage.IN_FIELD}:
            self.assign(code=code, to="ranger-2" if is_lawful_finding else "ranger-1")
        else:
            self.go_one_step(code, is_lawful_finding)
        who = {one.code: one for one in (*OFFICERS, actor(MANAGER))}[self.last[code].who]
        self.undo(code=code, who=who)

    @rule(code=st.sampled_from(CODES), who=st.sampled_from([*OFFICERS, actor(MANAGER)]))
    def undo(self, code: str, who: Actor) -> None:
        done = self.last[code]
        taken_back = {
            *(Verb.ASSIGNED, Verb.PASSED, Verb.RETURNED, Verb.CLOSED, Verb.CASE_OPENED),
            *(Verb.RECTIFIED, Verb.ACCEPTED, Verb.REOPENED, Verb.SETTLED),
        }
        # An administrator takes everything back, others what they did within a day.
        is_theirs = who.code in {done.who, ADMIN.code}
        is_lawful = (
            done.verb in taken_back and is_theirs and self.at - done.at <= timedelta(hours=24)
        )
        if self.attempt(
            lambda: undo(self.store, who, [self.seen(code)], at=self.at), is_lawful=is_lawful
        ):
            before = done.before
            values = {name: getattr(before, name) for name in before.__dataclass_fields__}
            del values["version"]
            self.become(code, Verb.UNDONE, who, **values)

    @rule()
    def redraw_the_first(self) -> None:
        """Deliver the batch again, with the first patch wider or as it was."""
        patch = self.plain["1"]
        _, intake = files()["first" if patch.is_wide else "wide"]
        compared = compare_delivery(self.store, COUNTY, intake, BATCH)
        apply_delivery(self.store, COUNTY, compared, intake, at=self.at, options=ACCEPT)
        values: dict[str, object] = {"is_wide": not patch.is_wide}
        if patch.stage not in {Stage.ISSUED, Stage.ASSIGNED}:
            values["alert"] = {
                Stage.IN_FIELD: "changed_in_field",
                Stage.CLOSED: "changed_after_close",
                Stage.CLOSED_LAWFUL: "changed_after_close",
            }.get(patch.stage, "changed_after_finding")
        self.become("1", Verb.REDELIVERED, COUNTY, **values)

    @rule(who=st.sampled_from(OFFICERS))
    def settle(self, who: Actor) -> None:
        if self.attempt(
            lambda: settle_alert(self.store, who, self.seen("1"), reason="已核对", at=self.at),
            is_lawful=self.plain["1"].alert is not None,
        ):
            self.become("1", Verb.SETTLED, who, alert=None)

    @rule()
    def seal(self) -> None:
        today = (self.at + timedelta(hours=8)).date()  # where the office is
        newest = self.is_sealed_until
        if newest is not None and newest >= today - timedelta(days=1):
            return
        assert seal_day(self.store, actor(), at=self.at).is_new
        self.is_sealed_until = today - timedelta(days=1)

    # ---- What always holds ----------------------------------------------------------------------

    @invariant()
    def every_patch_is_what_the_plain_table_says(self) -> None:
        real = look.find(self.store, actor(), PatchFilter())
        told = {
            p.code: (p.stage, p.version, p.grid_code, p.assignee, p.due, p.verdict, p.alert)
            for p in real
        }
        assert told == {
            code: (p.stage, p.version, p.grid, p.assignee, p.due, p.verdict, p.alert)
            for code, p in self.plain.items()
        }

    @invariant()
    def the_history_is_whole(self) -> None:
        found = look.verify(self.store, actor())
        assert (found.broken, found.events) == ((), self.events)
        assert check_seals(self.store, actor()).broken is None
