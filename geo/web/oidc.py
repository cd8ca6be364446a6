"""The office's own sign-in server (OpenID Connect): the one place that asks another machine.

Authorization code with PKCE. Nothing is asked unless somebody has configured it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.routing import BaseRoute

from geo.workflow.set_up import OpenStore


@dataclass(frozen=True, slots=True)
class Office:
    """The office's server."""


def office_routes(
    office: Office,
    store: Callable[[], OpenStore],
    now: Callable[[], datetime],
    *,
    prefix: str = "",
) -> list[BaseRoute]:
    """List the routes that lead there and back."""
    del office, store, now, prefix
    return []
