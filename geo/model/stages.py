"""The stages of a patch and the one table of moves between them.

Every change of stage anywhere in the product goes through `check_move`; there is no second list of
what may follow what.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from geo.errors import NotAllowed


class Stage(StrEnum):
    """Where a patch stands between its delivery and its end."""

    ISSUED = "issued"
    ASSIGNED = "assigned"
    IN_FIELD = "in_field"
    VERIFIED = "verified"
    COUNTY_PASSED = "county_passed"
    CITY_PASSED = "city_passed"
    AUDITED = "audited"
    CLOSED_LAWFUL = "closed_lawful"
    CASE_OPEN = "case_open"
    RECTIFYING = "rectifying"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class Role(StrEnum):
    """What a person may do."""

    ADMINISTRATOR = "administrator"
    INSPECTOR = "inspector"
    GRID_MANAGER = "grid_manager"
    RANGER = "ranger"
    CHIEF = "chief"
    PARTNER = "partner"


class Verb(StrEnum):
    """What happened to a patch; each event of its history carries one."""

    IMPORTED = "imported"
    LOCATED = "located"
    ASSIGNED = "assigned"
    EXPORTED = "exported"
    FOUND = "found"
    PASSED = "passed"
    RETURNED = "returned"
    CLOSED = "closed"
    CASE_OPENED = "case_opened"
    RECTIFIED = "rectified"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    REDELIVERED = "redelivered"
    SETTLED = "settled"
    UNDONE = "undone"


class Chore(StrEnum):
    """What an office does that is no move of one patch; the words are ``verb.NAME`` too."""

    STAFF = "staff"
    LAYERS = "layers"
    PACKING = "packing"
    ACCOUNTS = "accounts"
    IMAGERY = "imagery"


class Level(StrEnum):
    """The levels of review, lowest first."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


PASSED_STAGE: dict[Level, Stage] = {
    Level.COUNTY: Stage.COUNTY_PASSED,
    Level.CITY: Stage.CITY_PASSED,
    Level.PROVINCE: Stage.AUDITED,
}

OFFICE = frozenset({Role.ADMINISTRATOR, Role.INSPECTOR})
DISPATCH = frozenset({Role.ADMINISTRATOR, Role.INSPECTOR, Role.GRID_MANAGER})
FIELD = DISPATCH | {Role.RANGER}
CLOSING = OFFICE | {Role.CHIEF}

ADMINISTRATION = frozenset({Role.ADMINISTRATOR})

# What prosecutor and police may see: whatever became a case, up to its end.
CASE_STAGES = frozenset({Stage.CASE_OPEN, Stage.RECTIFYING, Stage.ACCEPTED, Stage.CLOSED})
CLOSED_STAGES = frozenset({Stage.CLOSED_LAWFUL, Stage.CLOSED})
REVIEWED_STAGES = frozenset(PASSED_STAGE.values())


@dataclass(frozen=True, slots=True)
class Move:
    """One permitted step: from any of these stages, by these roles, to that stage."""

    verb: Verb
    sources: frozenset[Stage]
    target: Stage
    roles: frozenset[Role]
    needs_reason: bool = False


def _move(
    verb: Verb,
    sources: Iterable[Stage],
    target: Stage,
    roles: frozenset[Role],
    *,
    needs_reason: bool = False,
) -> Move:
    return Move(verb, frozenset(sources), target, roles, needs_reason)


_RETURNABLE = {Stage.VERIFIED} | REVIEWED_STAGES

_STEPS: tuple[Move, ...] = (
    _move(Verb.LOCATED, {Stage.ISSUED}, Stage.ISSUED, DISPATCH),
    _move(
        Verb.ASSIGNED,
        {Stage.ISSUED, Stage.ASSIGNED, Stage.IN_FIELD},
        Stage.ASSIGNED,
        DISPATCH,
    ),
    _move(Verb.EXPORTED, {Stage.ASSIGNED}, Stage.IN_FIELD, FIELD),
    # A finding may come back without a package: a phone call, a second visit after a return.
    _move(Verb.FOUND, {Stage.ASSIGNED, Stage.IN_FIELD}, Stage.VERIFIED, FIELD),
    _move(Verb.PASSED, {Stage.VERIFIED}, Stage.COUNTY_PASSED, OFFICE),
    _move(Verb.PASSED, {Stage.COUNTY_PASSED}, Stage.CITY_PASSED, OFFICE),
    _move(Verb.PASSED, {Stage.CITY_PASSED}, Stage.AUDITED, OFFICE),
    _move(Verb.RETURNED, _RETURNABLE, Stage.ASSIGNED, OFFICE, needs_reason=True),
    _move(Verb.RETURNED, REVIEWED_STAGES, Stage.VERIFIED, OFFICE, needs_reason=True),
    _move(Verb.CLOSED, REVIEWED_STAGES, Stage.CLOSED_LAWFUL, CLOSING, needs_reason=True),
    _move(Verb.CASE_OPENED, REVIEWED_STAGES, Stage.CASE_OPEN, CLOSING, needs_reason=True),
    _move(Verb.RECTIFIED, {Stage.CASE_OPEN}, Stage.RECTIFYING, CLOSING, needs_reason=True),
    _move(Verb.ACCEPTED, {Stage.RECTIFYING}, Stage.ACCEPTED, CLOSING, needs_reason=True),
    _move(Verb.CLOSED, {Stage.ACCEPTED}, Stage.CLOSED, CLOSING, needs_reason=True),
    _move(Verb.REOPENED, CLOSED_STAGES, Stage.VERIFIED, CLOSING, needs_reason=True),
    # A corrected delivery and a look at what it changed leave every patch where it stands.
    *(_move(Verb.REDELIVERED, {stage}, stage, OFFICE) for stage in Stage),
    *(_move(Verb.SETTLED, {stage}, stage, OFFICE, needs_reason=True) for stage in Stage),
)

# What may be taken back as long as nothing has followed it. A file that has left, a finding that
# has come and a delivery are not undone by a click.
UNDOABLE = frozenset(
    {
        Verb.ASSIGNED,
        Verb.PASSED,
        Verb.RETURNED,
        Verb.CLOSED,
        Verb.CASE_OPENED,
        Verb.RECTIFIED,
        Verb.ACCEPTED,
        Verb.REOPENED,
        Verb.SETTLED,
    }
)


def _ways_back(steps: Iterable[Move]) -> Iterator[Move]:
    """Turn every undoable step round: from where it led, for whoever may take it."""
    roles: dict[tuple[Stage, Stage], frozenset[Role]] = {}
    for step in steps:
        if step.verb in UNDOABLE:
            for source in sorted(step.sources):
                key = (step.target, source)
                roles[key] = roles.get(key, frozenset()) | step.roles
    for (source, target), allowed in roles.items():
        yield _move(Verb.UNDONE, {source}, target, allowed)


MOVES: tuple[Move, ...] = (*_STEPS, *_ways_back(_STEPS))


def check_move(
    verb: Verb, source: Stage, target: Stage, role: Role, *, reason: str = "", patch: str = ""
) -> Move:
    """Find the move in the table, or say why there is none.

    Parameters
    ----------
    verb, source, target
        What is to be done, and between which stages.
    role
        Of the person who does it.
    reason
        Their reason; some moves ask for one.
    patch
        Code of the patch, for the message only.

    Raises
    ------
    NotAllowed
        ``move_not_allowed``, ``role_not_allowed`` or ``reason_needed``.
    """
    fitting = [m for m in MOVES if m.verb is verb and source in m.sources and m.target is target]
    if not fitting:
        raise NotAllowed("move_not_allowed", patch=patch, verb=verb, stage=source)
    move = fitting[0]
    if role not in move.roles:
        raise NotAllowed("role_not_allowed", patch=patch, verb=verb, role=role)
    if move.needs_reason and not reason.strip():
        raise NotAllowed("reason_needed", patch=patch, verb=verb)
    return move


def require_role(role: Role, allowed: frozenset[Role], verb: Verb | Chore) -> None:
    """Check a role for what is no move of one patch, such as an import.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    if role not in allowed:
        raise NotAllowed("role_not_allowed", verb=verb, role=role, patch="")


def next_review_stage(stage: Stage, levels: Iterable[Level]) -> tuple[Level, Stage] | None:
    """Tell which level reviews a patch next, and where a pass would take it.

    Parameters
    ----------
    stage
        Where the patch stands.
    levels
        The levels that this office has configured, lowest first.

    Returns
    -------
    tuple of Level and Stage, or None
        None if no review is due at this stage.
    """
    before = Stage.VERIFIED
    for level in levels:
        if stage is before:
            return level, PASSED_STAGE[level]
        before = PASSED_STAGE[level]
    return None
