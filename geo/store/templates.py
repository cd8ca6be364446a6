"""Templates of field mappings in the store."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from geo.errors import FileRefused
from geo.model.layer_kinds import LayerKind
from geo.model.stages import OFFICE, Chore
from geo.model.templates import Template, check_template
from geo.store.door import Session
from geo.store.schema import mapping_template


def list_templates(session: Session, *, kind: LayerKind | None = None) -> list[Template]:
    """List the templates that people have saved, by name."""
    query = select(mapping_template).order_by(mapping_template.c.name)
    if kind is not None:
        query = query.where(mapping_template.c.kind == kind.value)
    return [_template(row) for row in session.connection.execute(query)]


def find_template(session: Session, name: str) -> Template | None:
    """Find a saved template by its name, whatever its kind."""
    row = session.connection.execute(
        select(mapping_template).where(mapping_template.c.name == name.strip())
    ).one_or_none()
    return None if row is None else _template(row)


def save_template(session: Session, template: Template, *, at: datetime) -> bool:
    """Keep a template, in the place of one with the same name and kind.

    Returns
    -------
    bool
        Whether there was one, which is now replaced.

    Raises
    ------
    FileRefused
        ``template_name_taken`` if a built-in template or one for another kind of layer has the
        name; also as `geo.model.templates.check_template` says. Nothing is written then.
    NotAllowed
        ``role_not_allowed``.
    """
    session.require(OFFICE, Chore.LAYERS)
    new = check_template(template)
    old = find_template(session, new.name)
    if old is not None and old.kind is not new.kind:
        raise FileRefused("template_name_taken", name=new.name)
    values = {"fields": dict(new.fields), "made_at": at, "made_by": session.actor.code}
    if old is None:
        written = insert(mapping_template).values(name=new.name, kind=new.kind.value, **values)
        session.connection.execute(written)
    else:
        changed = update(mapping_template).where(mapping_template.c.name == new.name)
        session.connection.execute(changed.values(**values))
    return old is not None


def delete_template(session: Session, name: str) -> bool:
    """Forget a saved template; say whether there was one.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    session.require(OFFICE, Chore.LAYERS)
    gone = delete(mapping_template).where(mapping_template.c.name == name.strip())
    return session.connection.execute(gone).rowcount > 0


def _template(row: Row[Any]) -> Template:
    return Template(row.name, LayerKind(row.kind), row.fields)
