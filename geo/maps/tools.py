"""What people can do on a map besides looking at it, as plain data for the map in the browser."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MapTools:
    """The tools of one map.

    Parameters
    ----------
    names
        Which of them are offered.
    """

    names: frozenset[str] = frozenset()


def pack_tools(tools: MapTools | None) -> dict[str, Any] | None:
    """Write the tools for the map."""
    return None if tools is None else {"names": sorted(tools.names)}
