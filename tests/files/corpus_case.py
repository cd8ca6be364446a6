"""What a case of the corpus is: one file, how it is made, and what has to come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from geo.model.layer_kinds import LayerKind

Outcome = Literal["imported", "confirm", "refused_rows", "refused_file"]
Codes = str | frozenset[str]  # one code, or any one of several

ACCEPT: Final[Mapping[str, Any]] = {"accept_proposals": True}
SKIP: Final[Mapping[str, Any]] = {"accept_proposals": True, "skip_refused": True}
ASK: Final[Mapping[str, Any]] = {}
# Nothing listens there: a case is told another address by whoever wants to know of calls.
SILENT: Final = "http://127.0.0.1:9/"


def any_of(*codes: str) -> frozenset[str]:
    """Any one of these will do."""
    return frozenset(codes)


GB: Final = any_of("GB18030", "GBK")  # the first contains the second
MISMATCH: Final = any_of("format_mismatch", "file_unreadable", "no_features", "table_empty")
# Nothing is in it: no byte, no layer, no feature, no row.
NOTHING: Final = any_of(
    "file_empty", "file_empty_bytes", "layer_empty", "no_features", "table_empty"
)
TOO_DEEP: Final = any_of("too_deep", "xml_too_deep")
TOO_MUCH: Final = ("read_too_long", "read_too_much_memory")


@dataclass(frozen=True, slots=True)
class Expect:
    """What has to come of a file. What is None is not checked; empty sets say "none at all".

    Attributes
    ----------
    outcome
        ``imported``: it is taken with the case's options. ``confirm``: a person is asked first.
        ``refused_rows``: rows stand in the way, and nothing is written. ``refused_file``: it is
        not read as a layer at all. A set: any one of them, as long as what else is said here holds
        for that one.
    error
        Code of the refusal if the file is refused; a set: any one of them.
    rows_read, taken, repaired, quarantined
        Counts of rows; quarantined ones are those that cannot be taken.
    crs, encoding
        What the numbers and the texts turn out to be in.
    proposals
        What at least has to be proposed: ``crs``, ``encoding``, ``field_code``, ``codes`` (made
        up, where a file has none) or ``offset``.
    problems
        Codes of problems that at least have to be listed.
    first_code
        The code of the first row that is taken.
    texts
        Values that have to stand, whole and unchanged, in cells of the columns or attributes.
    contradictions
        Where at least what a file says and what it holds disagree: ``crs``, ``zone``, ``axes``
        or ``encoding``.
    checks
        What at least has to be said of the layer as a whole: ``duplicates``, ``slivers``,
        ``gaps``, ``overlaps``, ``outside`` (of the territory) or ``offset``.
    layers
        The names that are offered where one has to be chosen.
    """

    outcome: Outcome | frozenset[str]
    error: Codes | None = None
    rows_read: int | None = None
    taken: int | None = None
    repaired: int | None = None
    quarantined: int | None = None
    crs: Codes | None = None
    encoding: Codes | None = None
    proposals: frozenset[str] | None = None
    problems: frozenset[str] | None = None
    first_code: str | None = None
    texts: tuple[str, ...] = ()
    contradictions: frozenset[str] | None = None
    checks: frozenset[str] | None = None
    layers: frozenset[str] | None = None

    @property
    def outcomes(self) -> frozenset[str]:
        """Every outcome that will do."""
        return frozenset({self.outcome}) if isinstance(self.outcome, str) else self.outcome

    @property
    def errors(self) -> frozenset[str]:
        """Every code of a refusal that will do."""
        if self.error is None:
            return frozenset()
        return frozenset({self.error}) if isinstance(self.error, str) else self.error


def taken(count: int = 3, **more: Any) -> Expect:
    """All rows are taken, none repaired or refused."""
    usual: dict[str, Any] = {"rows_read": count, "taken": count, "quarantined": 0, "repaired": 0}
    return Expect("imported", **(usual | more))


def refused(*codes: str | frozenset[str], **more: Any) -> Expect:
    """The file is not read as a layer at all, for any one of these reasons."""
    flat = frozenset().union(*({c} if isinstance(c, str) else c for c in codes))
    return Expect("refused_file", error=flat if len(flat) > 1 else next(iter(flat)), **more)


@dataclass(frozen=True, slots=True)
class Case:
    """One file of the corpus.

    Attributes
    ----------
    name
        Unique; the folder the file stands in, alone or with the files that belong to it.
    file
        Name of the file to be imported.
    kind
        What it is imported as; ``people`` is the table of people, which is no layer.
    make
        Writes the file, and what belongs beside it, into an existing folder. If `wants_canary`,
        it is also given ``canary``: an address that nothing may ever call. Who listens there has
        to be another process: readers in C wait for an answer without letting Python run.
    expect
        What has to come of it.
    options
        Keyword arguments of `geo.workflow.intake.ImportOptions`.
    is_endless
        Whether a reader without limits on time and memory would never come back from it.
    after
        The case that has to be imported first, where a layer is compared with another.
    """

    name: str
    file: str
    kind: LayerKind | Literal["people"]
    make: Callable[..., None]
    expect: Expect
    options: Mapping[str, Any] = field(default_factory=lambda: ACCEPT)
    wants_canary: bool = False
    is_endless: bool = False
    after: str = ""

    def write(self, out: Path, canary: str = SILENT) -> Path:
        """Write the case into a folder of its own below ``out``, and say where its file is."""
        path = out / self.name / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.wants_canary:
            self.make(path, canary=canary)
        else:
            self.make(path)
        return path


def patch_case(
    name: str, file: str, make: Callable[..., None], expect: Expect, **more: Any
) -> Case:
    """A delivery of patches, which most cases are."""
    return Case(name, file, LayerKind.PATCHES, make, expect, **more)
