"""How far a person sees: the conditions that every query carries."""

from sqlalchemy import Column, ColumnElement, and_, false, or_, select, true

from geo.model.stages import CASE_STAGES
from geo.model.things import Actor
from geo.store.schema import patch


def patch_scope(actor: Actor) -> ColumnElement[bool]:
    """Make the condition for the patches that an actor may see and change.

    A territory is made of administrative codes, whose patches are those whose code begins with one
    of them, and of single grids. A ranger sees only what they answer for themselves, a partner only
    what became a case.
    """
    if actor.only_own:
        return patch.c.assignee == actor.code
    place = place_scope(actor, patch.c.admin_code, patch.c.grid_code)
    if actor.only_cases:
        return and_(place, patch.c.stage.in_([stage.value for stage in CASE_STAGES]))
    return place


def place_scope(
    actor: Actor, admin_code: Column[str], grid_code: Column[str]
) -> ColumnElement[bool]:
    """Make the condition that a row lies in the actor's territory; without one nothing does."""
    if actor.is_everywhere:
        return true()
    inside = [begins_with(admin_code, prefix) for prefix in actor.prefixes]
    if actor.grids:
        inside.append(grid_code.in_(actor.grids))
    return or_(*inside) if inside else false()


def batch_scope(
    actor: Actor, batch_code: ColumnElement[str], imported_by: ColumnElement[str]
) -> ColumnElement[bool]:
    """Make the condition for deliveries that brought something into the actor's territory."""
    if actor.is_everywhere and not (actor.only_own or actor.only_cases):
        return true()
    here = select(patch.c.id).where(patch.c.batch == batch_code, patch_scope(actor)).exists()
    return or_(imported_by == actor.code, here)


def begins_with(code: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Make the condition that a code begins with another, as a range, which an index serves."""
    if not prefix:
        return true()
    following = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return and_(code >= prefix, code < following)
