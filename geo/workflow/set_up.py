"""Set a workspace up: empty with a first staff, or as a demonstration on the sample banner."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

from geo.errors import FileRefused, NotAllowed
from geo.model.filters import PatchFilter
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Level, Role, Stage
from geo.model.things import Actor, Patch, Person
from geo.settings import Place, Rules, place_of
from geo.store import accounts, patches, people
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.close import CaseStep, advance_case, close
from geo.workflow.export_field import export_field
from geo.workflow.import_findings import import_findings
from geo.workflow.import_grids import import_grids
from geo.workflow.import_imagery import import_image
from geo.workflow.import_patches import import_patches
from geo.workflow.import_people import read_people
from geo.workflow.import_reference import import_reference
from geo.workflow.intake import ImportOptions
from geo.workflow.locate import locate
from geo.workflow.review import review

FIRST_STAFF = (
    Person("admin", Role.ADMINISTRATOR),
    Person("inspector-1", Role.INSPECTOR, level=Level.COUNTY),
    Person("manager-1", Role.GRID_MANAGER),
    Person("ranger-1", Role.RANGER),
)
DEMO_BATCH = "2026-1"
# What the patches are compared with: file, layer, kind, and what it is called.
SAMPLE_GROUND = (
    ("admin.gpkg", "townships", LayerKind.ADMIN, "样例乡镇"),
    ("admin.gpkg", "villages", LayerKind.ADMIN, "样例嘎查村"),
    ("permits.gpkg", None, LayerKind.PERMITS, "样例审批范围"),
    ("reserves.gpkg", None, LayerKind.RESERVES, "样例保护地"),
)
# What they are looked at on: file, the day it was taken, what it is called.
SAMPLE_IMAGES = (
    ("before_20250903.tif", date(2025, 9, 3), "样例前期影像"),
    ("after_20260709.tif", date(2026, 7, 9), "样例后期影像"),
)
SAMPLE_FILES = ("people.csv", "grids.gpkg", "patches.zip", "findings.geojson")


OpenStore = Store  # what screens hold without knowing the store's own modules


def open_workspace(path: str) -> OpenStore:
    """Open the store in a folder, or at the address of a database.

    Raises
    ------
    WorkspaceError
        ``workspace_missing``, ``workspace_broken``, ``workspace_newer``, and whatever keeps a
        database from being reached.
    """
    return Store.open(place_of(path))


def set_up(
    place: Place,
    *,
    at: datetime,
    rules: Rules | None = None,
    staff: Sequence[Person] = FIRST_STAFF,
    is_demo: bool = False,
) -> Store:
    """Make an empty store, in a folder or in a database, with its first people.

    Parameters
    ----------
    is_demo
        Nothing in it will be real: it is shown on this machine alone, and nobody signs in. What a
        workspace is in this respect is never changed afterwards.

    Raises
    ------
    WorkspaceError
        As `Store.create` says.
    NotAllowed
        ``administrator_needed``: nobody else could import anything.
    """
    if not any(person.role is Role.ADMINISTRATOR for person in staff):
        raise NotAllowed("administrator_needed")
    store = Store.create(place, rules=rules)
    with store.writing(people.PROGRAM) as session:
        people.insert_people(session, staff, at=at)
        if is_demo:
            accounts.mark_demo(session)
    return store


def set_up_demo(
    workspace: Path, sample: Path, *, at: datetime, place: Place | None = None
) -> Store:
    """Make a workspace in which a season on the sample banner is under way.

    Every screen has something to show: patches unassigned, late, due soon, in the field, waiting
    for review, returned, closed, and in a case. Nothing in it is real.

    Parameters
    ----------
    sample
        Folder with the sample's files.
    at
        The moment that counts as now; the season began seven weeks before.
    place
        Where the data go, if not into the workspace's folder.

    Raises
    ------
    FileRefused
        ``file_missing`` if the sample is not there.
    """
    for name in SAMPLE_FILES:
        if not (sample / name).is_file():
            raise FileRefused("file_missing", path=sample / name)
    staff = read_people(sample / "people.csv")
    store = set_up(place or workspace, at=at - timedelta(days=49), staff=staff, is_demo=True)
    admin = _first(store, Role.ADMINISTRATOR)
    start = at - timedelta(days=49)
    accept = ImportOptions(accept_proposals=True)
    import_grids(store, admin, sample / "grids.gpkg", at=start, options=accept)
    import_patches(store, admin, sample / "patches.zip", at=start, batch=DEMO_BATCH, options=accept)
    locate(store, admin, at=start + timedelta(hours=1))
    _ground(store, admin, sample, at=start)
    _dispatch(store, at=at)
    _field(store, sample, workspace, at=at)
    _judge(store, at=at)
    return store


def add_sample_images(store: Store, sample: Path, *, at: datetime) -> None:
    """Give a demonstration the images of its banner before and after the season's changes.

    Both are brought at the same time, each in a process of its own; what the sample does not have
    is left out.

    Parameters
    ----------
    sample
        Folder with the sample's files.
    """
    admin = _first(store, Role.ADMINISTRATOR)
    there = [image for image in SAMPLE_IMAGES if (sample / image[0]).is_file()]

    def bring(image: tuple[str, date, str]) -> None:
        file, taken_on, title = image
        mask = sample / file.replace(".tif", "_clouds.tif")
        clouds = mask if mask.is_file() else None
        import_image(
            store, admin, sample / file, taken_on=taken_on, title=title, at=at, clouds=clouds
        )

    with ThreadPoolExecutor(max_workers=len(SAMPLE_IMAGES)) as both:
        list(both.map(bring, there))


def _ground(store: Store, admin: Actor, sample: Path, *, at: datetime) -> None:
    for file, layer, kind, name in SAMPLE_GROUND:
        if (sample / file).is_file():
            options = ImportOptions(layer=layer, accept_proposals=True)
            import_reference(store, admin, sample / file, kind, at=at, name=name, options=options)


def _dispatch(store: Store, *, at: datetime) -> None:
    """Assign all but the last forty, in three waves with deadlines past, near and far."""
    manager = _first(store, Role.GRID_MANAGER)
    issued = [p for p in _at(store, manager, Stage.ISSUED) if p.grid_code is not None]
    waves = ((0, 60, 45, 43), (60, 120, 28, 30), (120, len(issued) - 40, 12, 40))
    for first, last, days_ago, days_given in waves:
        then = at - timedelta(days=days_ago)
        due = (then + timedelta(days=days_given)).date()
        assign_patches(store, manager, issued[first:last], at=then, due=due)


def _field(store: Store, sample: Path, workspace: Path, *, at: datetime) -> None:
    manager = _first(store, Role.GRID_MANAGER)
    assigned = _at(store, manager, Stage.ASSIGNED)
    rangers = sorted({p.assignee for p in assigned if p.assignee})
    # A quarter of the rangers have not been given their packages yet.
    ready = rangers[: len(rangers) * 3 // 4]
    then = at - timedelta(days=10)
    export_field(store, manager, workspace / "field", at=then, people=ready)
    findings = sample / "findings.geojson"
    import_findings(store, manager, findings, at=at - timedelta(days=4), skip_refused=True)


def _judge(store: Store, *, at: datetime) -> None:
    """Pass most of what came back, return three, and bring some of it to an end."""
    inspector = _first(store, Role.INSPECTOR)
    verified = _at(store, inspector, Stage.VERIFIED)
    then = at - timedelta(days=2)
    for patch in verified[:30]:
        review(store, inspector, patch, is_passed=True, at=then)
    for patch in verified[30:33]:
        review(store, inspector, patch, is_passed=False, reason="照片看不清地类，请补拍", at=then)
    passed = _at(store, inspector, Stage.COUNTY_PASSED)
    for patch in [p for p in passed if p.verdict == "lawful"][:12]:
        close(store, inspector, patch, reason="手续齐全", at=then + timedelta(hours=2))
    unlawful = [p for p in passed if p.verdict == "unlawful"][:6]
    for patch in unlawful:
        advance_case(
            store, inspector, patch, CaseStep.OPEN, reason="移送查处", at=then + timedelta(hours=3)
        )
    for patch in _at(store, inspector, Stage.CASE_OPEN)[:3]:
        advance_case(
            store,
            inspector,
            patch,
            CaseStep.RECTIFY,
            reason="责令限期恢复",
            at=then + timedelta(hours=4),
        )


def _at(store: Store, actor: Actor, stage: Stage) -> list[Patch]:
    with store.reading(actor) as session:
        return patches.find_patches(session, PatchFilter(stages=(stage,)))


def _first(store: Store, role: Role) -> Actor:
    with store.reading(people.PROGRAM) as session:
        return Actor(people.list_people(session, role=role)[0])
