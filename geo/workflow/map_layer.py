"""Which patches a map shows and how: what a tile's address says, so that any process can cut it.

The address names the person and role for whom the page was made, what the patches were narrowed
down to, and what the colours stand for. It gives no rights: whoever asks for a tile is asked again
who they are and how far their role reaches.
"""

import base64
import binascii
import json
import zlib
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from geo.errors import NotFound
from geo.maps.palette import ColourBy
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.workflow.patch_colours import Scheme

MOST_BYTES = 16_000
_DAYS = frozenset({"overdue_on", "due_from", "due_until"})
_NOTHING = PatchFilter()
_UNREADABLE = (
    *(binascii.Error, zlib.error, ValueError, KeyError, TypeError, AttributeError),
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class MapLayer:
    """Patches as a layer of a map.

    Attributes
    ----------
    person, role
        For whom.
    wanted
        Conditions that all hold.
    scheme
        What the colours stand for.
    """

    person: str
    role: Role
    wanted: tuple[PatchFilter, ...]
    scheme: Scheme

    def __post_init__(self) -> None:
        # Filters that leave all open are left out, so that the same layer is known as the same.
        kept = tuple(one for one in self.wanted if one != _NOTHING)
        object.__setattr__(self, "wanted", kept)

    def token(self) -> str:
        """Write it so that it can stand in an address; the same layer gives the same text."""
        scheme = {"by": self.scheme.by, "today": self.scheme.today, "named": self.scheme.named}
        wanted = [_told(one) for one in self.wanted]
        whole = {"p": self.person, "r": self.role, "w": wanted, "s": scheme}
        text = json.dumps(whole, ensure_ascii=False, default=str, separators=(",", ":"))
        packed = zlib.compress(text.encode(), level=9)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def of_token(cls, token: str) -> Self:
        """Read what `token` wrote.

        Raises
        ------
        NotFound
            ``tile_address``: it is none of ours.
        """
        try:
            padded = token + "=" * (-len(token) % 4)
            packed = base64.b64decode(padded, altchars=b"-_", validate=True)
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(packed, MOST_BYTES)
            if not unpacking.eof:  # cut off, or far too much
                raise NotFound("tile_address")
            whole = json.loads(text)
            said = whole["s"]
            scheme = Scheme(
                ColourBy(said["by"]),
                date.fromisoformat(said["today"]),
                tuple(str(value) for value in said["named"]),
            )
            wanted = tuple(_filter_of(one) for one in whole["w"])
            return cls(str(whole["p"]), Role(whole["r"]), wanted, scheme)
        except _UNREADABLE as error:
            raise NotFound("tile_address") from error


def _told(wanted: PatchFilter) -> dict[str, Any]:
    """Write what a filter asks for, and nothing of what it leaves open."""
    empty = asdict(_NOTHING)
    return {name: value for name, value in asdict(wanted).items() if value != empty[name]}


def _filter_of(told: dict[str, Any]) -> PatchFilter:
    values: dict[str, Any] = {}
    for name in {field.name for field in fields(PatchFilter)} & told.keys():
        value = told[name]
        if name in _DAYS:
            value = date.fromisoformat(value)
        elif name == "stages":
            value = tuple(Stage(one) for one in value)
        elif isinstance(value, list):
            value = tuple(value)
        values[name] = value
    return PatchFilter(**values)
