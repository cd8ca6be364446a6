"""The things the product keeps, as values: people, deliveries, patches, findings, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from geo.model.layer_kinds import LayerKind
from geo.model.stages import CLOSED_STAGES, Level, Role, Stage, Verb
from geo.text import Lang, say


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answers for a part of the work.

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
    admin_code
        Their territory: an administrative code of 2, 4, 6, 9 or 12 digits; empty: everything.
    """

    code: str
    role: Role
    label: str = ""
    level: Level | None = None
    admin_code: str = ""

    def name(self, lang: Lang) -> str:
        """Say who this is."""
        return self.label or f"{say(f'role.{self.role}', lang)} {self.code}"


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
    def admin_prefix(self) -> str:
        """Administrative code within which the person sees patches; empty: everywhere."""
        return self.person.admin_code

    @property
    def only_own(self) -> bool:
        """Whether the person sees only what they answer for themselves."""
        return self.role is Role.RANGER


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
