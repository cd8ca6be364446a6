"""The one table of screens: file, who may open it, and whose count stands behind its name."""

from dataclasses import dataclass

from geo.model.stages import ADMINISTRATION, CLOSING, DISPATCH, FIELD, OFFICE, Role, Stage
from geo.workflow.today import Duty

EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its file is ``pages/NAME.py``, its title the text ``page.NAME``."""

    name: str
    roles: frozenset[Role]
    duties: tuple[Duty, ...] = ()


SCREENS = (
    Screen("today", EVERYBODY),
    Screen("patches", EVERYBODY, (Duty.OVERDUE,)),
    Screen("assign", DISPATCH, (Duty.TO_ASSIGN,)),
    Screen("field", FIELD, (Duty.TO_EXPORT,)),
    Screen("review", OFFICE, (Duty.TO_REVIEW,)),
    Screen("cases", CLOSING, (Duty.TO_CLOSE, Duty.CASES)),
    Screen("importing", OFFICE),
    Screen("people", ADMINISTRATION),
)


def screen_of(stage: Stage) -> str:
    """Name the screen where a patch at this stage goes on."""
    if stage is Stage.ISSUED:
        return "assign"
    if stage in {Stage.ASSIGNED, Stage.IN_FIELD}:
        return "field"
    return "review" if stage is Stage.VERIFIED else "cases"


def screens_for(role: Role) -> list[Screen]:
    """List the screens that a role may open, in the order of the sidebar."""
    return [screen for screen in SCREENS if role in screen.roles]
