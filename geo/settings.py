"""Where things lie and which numbers an office may change.

Environment variables override the defaults; what belongs to one office (deadlines, review levels)
is kept in the workspace itself, so that it travels with the data.
"""

import os
from dataclasses import dataclass
from pathlib import Path

WORKSPACE_VARIABLE = "SKYGROUND_WORKSPACE"
# What the server says once it answers; whoever started it has put it into words.
READY_VARIABLE = "SKYGROUND_READY"
STORE_FILE = "skyground.sqlite"
DEFAULT_WORKSPACE = Path("workspace")


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers that differ by year and by place.

    Attributes
    ----------
    due_days
        Days from assignment to the deadline, if none is given.
    due_soon_days
        A deadline this near is shown as due soon.
    review_levels
        How many levels review a finding, from the county up: 1, 2 or 3.
    time_zone
        IANA name of the zone whose calendar counts the deadlines.
    """

    due_days: int = 30
    due_soon_days: int = 3
    review_levels: int = 1
    time_zone: str = "Asia/Shanghai"


def workspace_path(given: Path | None = None) -> Path:
    """Find the workspace: what was given, else the environment's, else ``./workspace``."""
    return given or Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)
