"""The things the product keeps, as values: people, deliveries, patches, findings, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from geo.model.layer_kinds import LayerKind
from geo.model.origin import Origin
from geo.model.stages import CLOSED_STAGES, Level, Role, Stage, Verb
from geo.text import Lang, say


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in one of the roles they hold.

    Whoever holds two roles is two of these, with the same code: they work in one role at a time.

    Attributes
    ----------
    code
        Unique in the workspace; what files and commands use.
    role
        What they may do.
    label
        How they are called on screen; if empty, role and code are shown.
    level
        Of review, for inspectors.
    prefixes
        Their territory: administrative codes of 2, 4, 6, 9 or 12 digits, and all that begins with
        one of them; the empty code is everywhere.
    grids
        Codes of single grids that belong to their territory too.
    """

    code: str
    role: Role
    label: str = ""
    level: Level | None = None
    prefixes: tuple[str, ...] = ("",)
    grids: tuple[str, ...] = ()

    def name(self, lang: Lang) -> str:
        """Say who this is."""
        return self.label or f"{say(f'role.{self.role}', lang)} {self.code}"

    @property
    def is_everywhere(self) -> bool:
        """Whether no border limits what they see."""
        return "" in self.prefixes


@dataclass(frozen=True, slots=True)
class Grant:
    """One role that somebody was given, where, and from when until when.

    Attributes
    ----------
    id
        None as long as it is not written.
    admin_code
        Administrative code within which it holds; empty: everywhere. None: in the one grid.
    grid_code
        The grid in which it holds, if it is given for a single grid.
    valid_from, valid_until
        The first and the last day, both included; None: no end.
    given_at, given_by
        When and by whom.
    revoked_at, revoked_by
        When and by whom it was taken back.
    """

    person: str
    role: Role
    level: Level | None = None
    admin_code: str | None = ""
    grid_code: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    id: int | None = None
    given_at: datetime | None = None
    given_by: str = ""
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def standing_on(self, day: date) -> str:
        """Tell how it stands on a day: ``holds``, ``to_come``, ``ended`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        if self.valid_from is not None and day < self.valid_from:
            return "to_come"
        return "ended" if self.valid_until is not None and self.valid_until < day else "holds"

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.standing_on(day) == "holds"


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf something is done, and how far that person's territory reaches."""

    person: Person

    @property
    def code(self) -> str:
        """The person's code, as history records it."""
        return self.person.code

    @property
    def role(self) -> Role:
        """What the person may do."""
        return self.person.role

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Administrative codes within which the person sees patches; the empty one: everywhere."""
        return self.person.prefixes

    @property
    def home_prefix(self) -> str:
        """The code for what they bring that names no place itself; empty: none."""
        return "" if self.is_everywhere or not self.prefixes else self.prefixes[0]

    @property
    def grids(self) -> tuple[str, ...]:
        """Single grids whose patches the person sees too."""
        return self.person.grids

    @property
    def is_everywhere(self) -> bool:
        """Whether no border limits what the person sees."""
        return self.person.is_everywhere

    def has_say_in(self, admin_code: str) -> bool:
        """Tell whether an administrative code lies within the person's territory."""
        return admin_code.startswith(self.prefixes)

    @property
    def only_own(self) -> bool:
        """Whether the person sees only what they answer for themselves."""
        return self.role is Role.RANGER

    @property
    def only_cases(self) -> bool:
        """Whether the person sees only what became a case."""
        return self.role is Role.PARTNER


@dataclass(frozen=True, slots=True)
class Patch:
    """A suspected change patch as it stands now. Its outline is kept apart, in EPSG:4490.

    ``alert`` names what a corrected delivery has changed and nobody has looked at yet.
    """

    id: int
    batch: str
    code: str
    stage: Stage
    version: int
    area_ha: float
    area_delivered_ha: float | None
    admin_code: str
    cause: str
    land_before: str
    land_after: str
    image_before: str
    image_after: str
    remark: str
    grid_code: str | None
    share: float | None
    assignee: str | None
    due: date | None
    verdict: str | None
    head_hash: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    alert: str | None = None

    @property
    def key(self) -> str:
        """Batch and code together: unique in the workspace."""
        return f"{self.batch}/{self.code}"

    def is_overdue(self, today: date) -> bool:
        """Tell whether the deadline has passed and the patch is not closed."""
        return self.due is not None and self.due < today and self.stage not in CLOSED_STAGES


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivery of patches.

    ``report`` keeps what the import said: rows read, repaired, skipped, and every problem.
    """

    code: str
    digest: str
    source_name: str
    source_crs: str
    encoding: str
    cause_list: str
    mapping: Mapping[str, str]
    report: Mapping[str, object]
    imported_at: datetime
    imported_by: str
    count: int

    @property
    def origin(self) -> Origin:
        """Where its patches come from, as its report says."""
        is_machine = self.report.get("origin") == Origin.MACHINE
        return Origin.MACHINE if is_machine else Origin.DELIVERED


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who answers for a patch, in which grid, until when."""

    patch_id: int
    assignee: str
    grid_code: str | None
    due: date


class View(StrEnum):
    """How far a photo was taken from its subject."""

    FAR = "far"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Photo:
    """What is known about one photo; the image itself lies beside the finding."""

    file: str
    lon: float | None = None
    lat: float | None = None
    azimuth_deg: float | None = None
    taken_at: str = ""
    view: View | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a field team saw at a patch.

    ``base_version`` is the version of the patch they set out with; None if their file did not
    carry it.
    """

    batch: str | None
    patch_code: str
    base_version: int | None
    cause: str
    unlawful: bool
    land_before: str
    land_after: str
    note: str
    surveyor: str
    surveyed_at: str
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One judgement on a finding."""

    patch_id: int
    level: Level
    passed: bool
    reviewer: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewLock:
    """Somebody looks at a patch, until then at the latest."""

    patch_id: int
    person: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a patch's history: what changed, by whom, when, chained to the one before.

    ``seq`` is the server's order; ``version`` the patch's version after the event; ``changes`` the
    patch's columns that got new values; ``detail`` what else belongs to the record.
    """

    seq: int
    patch_id: int
    version: int
    verb: Verb
    stage_from: Stage | None
    stage_to: Stage
    actor: str
    at: datetime
    reason: str
    changes: Mapping[str, object]
    detail: Mapping[str, object]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file that brought patches of a batch: the first one, or a corrected one.

    ``counts`` tells how many patches were new, unchanged, changed, gone.
    """

    batch: str
    digest: str
    source_name: str
    source_crs: str
    encoding: str
    mapping: Mapping[str, str]
    report: Mapping[str, object]
    counts: Mapping[str, int]
    imported_at: datetime
    imported_by: str


@dataclass(frozen=True, slots=True)
class ReferenceLayer:
    """One layer that patches are compared with: permits, reserves, administrative units.

    ``mapping``, ``report`` and ``count`` as in `Batch`.
    """

    id: int
    kind: LayerKind
    name: str
    digest: str
    source_name: str
    source_crs: str
    encoding: str
    mapping: Mapping[str, str]
    report: Mapping[str, object]
    imported_at: datetime
    imported_by: str
    count: int
