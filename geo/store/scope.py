"""How far a person sees: the condition that every query about patches carries."""

from sqlalchemy import ColumnElement, true

from geo.model.things import Actor
from geo.store.schema import patch


def patch_scope(actor: Actor) -> ColumnElement[bool]:
    """Make the condition for the patches that an actor may see and change.

    A territory is an administrative code: its patches are those whose code begins with it. A
    ranger sees only what they answer for themselves.
    """
    if actor.only_own:
        return patch.c.assignee == actor.code
    if actor.admin_prefix:
        return patch.c.admin_code.startswith(actor.admin_prefix, autoescape=True)
    return true()
