"""Where things lie and which numbers an office may change.

Environment variables override the defaults; what belongs to one office (deadlines, review levels)
is kept in the workspace itself, so that it travels with the data.
"""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, urlsplit

WORKSPACE_VARIABLE = "SKYGROUND_WORKSPACE"
STORE_VARIABLE = "SKYGROUND_STORE"
# What maps show, prepared for drawing; made anew if it is lost.
TILES_FOLDER = "tiles"
# What the server says once it answers; whoever started it has put it into words.
READY_VARIABLE = "SKYGROUND_READY"
STORE_FILE = "skyground.sqlite"
DEFAULT_WORKSPACE = Path("workspace")

# Where data are kept: a folder with a file in it, or the address of a database.
Place = Path | str
# Free space below which nothing is written any more, in MB.
MIN_FREE_VARIABLE = "SKYGROUND_MIN_FREE_MB"
DEFAULT_MIN_FREE_MB = 200
# The file that holds the key with which days are sealed, where it is not the workspace's own.
SEAL_KEY_VARIABLE = "SKYGROUND_SEAL_KEY"
SEAL_KEY_FILE = Path("keys") / "seal.ed25519"


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
    lock_minutes
        How long a patch under review is kept from others, counted from the last look at it.
    time_zone
        IANA name of the zone whose calendar counts the deadlines.
    undo_hours
        How long the last step of a patch can be taken back.
    """

    due_days: int = 30
    due_soon_days: int = 3
    review_levels: int = 1
    lock_minutes: int = 10
    time_zone: str = "Asia/Shanghai"
    undo_hours: int = 24


def workspace_path(given: Path | None = None) -> Path:
    """Find the workspace: what was given, else the environment's, else ``./workspace``."""
    return given or Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)


def store_place(given: str | None = None, *, workspace: Path) -> Place:
    """Find where the data are: at the address given, else the environment's, else in the workspace.

    Files beside the data, such as field packages, stay in the workspace in each case.
    """
    address = given or os.environ.get(STORE_VARIABLE)
    return address or workspace


def place_of(text: str) -> Place:
    """Read a place: an address, or a folder's name."""
    return text if "://" in text else Path(text)


def place_name(place: Place) -> str:
    """Name a place for people: an address without its password and without its options."""
    if isinstance(place, Path):
        return str(place)
    try:
        parts: SplitResult = urlsplit(place)
        where = parts.netloc.rpartition("@")[2]
        user = f"{parts.username}@" if parts.username else ""
    except ValueError:
        return f"{place.partition('://')[0]}://…"
    return f"{parts.scheme}://{user}{where}{parts.path}"


def min_free_mb() -> int:
    """Tell how much space has to be free before anything is written, in MB; 0: none.

    Raises
    ------
    ValueError
        If the variable holds no number.
    """
    return int(os.environ.get(MIN_FREE_VARIABLE) or DEFAULT_MIN_FREE_MB)


def seal_key_path(workspace: Path) -> Path:
    """Find the key with which days are sealed: the environment's, else the workspace's own."""
    given = os.environ.get(SEAL_KEY_VARIABLE)
    return Path(given) if given else workspace / SEAL_KEY_FILE


LIMIT_PREFIX = "SKYGROUND_LIMIT_"


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers with defaults, each overridden by an environment variable of the class's prefix."""

    PREFIX = ""

    @classmethod
    def variable(cls, name: str) -> str:
        """Name the environment variable that overrides a number."""
        return cls.PREFIX + name.upper()

    @classmethod
    def from_environment(cls) -> Self:
        """Take the defaults and what the environment says instead.

        Raises
        ------
        ValueError
            If a variable holds no number.
        """
        given = {field.name: os.environ.get(cls.variable(field.name)) for field in fields(cls)}
        return cls(**{name: int(value) for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class ReadingLimits(_Numbers):
    """How much a delivered file may ask of the process that reads it.

    Each is overridden by an environment variable, ``SKYGROUND_LIMIT_`` and the name in capitals.

    Attributes
    ----------
    archive_members
        Files in one archive.
    archive_mb
        What an archive may grow to, all members together.
    archive_ratio
        How many times larger than packed a member of more than 64 MB may be. Tables that are mostly
        blank reach 200, a member made to fill the disk 1,000.
    layers
        Layers in one file.
    vertices
        Vertices of one shape.
    memory_mb
        Address space of the reading process, of which half a gigabyte is its libraries.
    cpu_seconds, seconds
        Processor time and time on the clock for one file.
    output_mb
        What it may write, unpacked files and the layer it gives back each.
    """

    PREFIX = LIMIT_PREFIX

    archive_members: int = 5_000
    archive_mb: int = 4_096
    archive_ratio: int = 400
    layers: int = 200
    vertices: int = 1_000_000
    memory_mb: int = 4_096
    cpu_seconds: int = 180
    seconds: int = 300
    output_mb: int = 4_096


def limit_variable(name: str) -> str:
    """Name the environment variable that overrides a limit."""
    return ReadingLimits.variable(name)


IMAGERY_PREFIX = "SKYGROUND_IMAGERY_"
# Names of environment variables that may hold the key of a map service begin so: no other secret of
# this server can be named in an address.
KEY_PREFIX = "SKYGROUND_KEY_"


@dataclass(frozen=True, slots=True)
class ImageryLimits(_Numbers):
    """How much an image may ask for when it is imported.

    Each is overridden by an environment variable, ``SKYGROUND_IMAGERY_`` and the name in capitals.

    Attributes
    ----------
    file_mb
        Size of the file.
    megapixels
        Pixels of the picture, in millions.
    memory_mb
        Address space of the process that reads it.
    seconds
        Time on the clock for one file.
    """

    PREFIX = IMAGERY_PREFIX

    file_mb: int = 20_000
    megapixels: int = 40_000
    memory_mb: int = 4_096
    seconds: int = 3_600


def imagery_variable(name: str) -> str:
    """Name the environment variable that overrides a limit of imagery."""
    return ImageryLimits.variable(name)


SIGN_IN_PREFIX = "SKYGROUND_SIGN_IN_"
BEHIND_PROXY_VARIABLE = "SKYGROUND_BEHIND_PROXY"
OFFICE_PREFIX = "SKYGROUND_OIDC_"
# Headers of this space are set by the gate alone; what a client sends under such a name is dropped.
HEADER_SPACE = "x-skyground-"
SESSION_HEADER = f"{HEADER_SPACE}session"
# The pages before the screens.
SIGN_IN, SIGN_OUT, PASSWORD = "/sign-in", "/sign-out", "/password"


@dataclass(frozen=True, slots=True)
class SignInRules(_Numbers):
    """How strict signing in is, and how much one person may upload.

    Each is overridden by an environment variable, ``SKYGROUND_SIGN_IN_`` and the name in capitals.

    Attributes
    ----------
    failures
        So many wrong passwords lock an account.
    lock_minutes
        For so long.
    session_hours
        A session ends so long after it began.
    silence_minutes
        And so long after it was last used.
    upload_mb_per_hour
        What one person may upload within an hour.
    """

    PREFIX = SIGN_IN_PREFIX

    failures: int = 5
    lock_minutes: int = 15
    session_hours: int = 12
    silence_minutes: int = 60
    upload_mb_per_hour: int = 2_048


def is_behind_proxy() -> bool:
    """Tell whether a reverse proxy on this machine stands before the program."""
    return bool(os.environ.get(BEHIND_PROXY_VARIABLE))


def has_office_server() -> bool:
    """Tell whether the office's own sign-in server is configured."""
    return bool(os.environ.get(f"{OFFICE_PREFIX}ISSUER"))
