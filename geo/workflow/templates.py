"""Keep templates of field mappings, and hand them on to other offices."""

import json
from datetime import datetime
from types import EllipsisType
from typing import Any, NamedTuple

from geo.errors import FileRefused, NeedsConfirmation, NotAllowed, NotFound, OldVersion
from geo.model.layer_kinds import LayerKind
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.templates import BUILTIN_TEMPLATES, Template, check_template, printable
from geo.model.things import Actor
from geo.store import templates
from geo.store.door import Store

LARGEST_TEMPLATE = 20_000  # characters; one that uses every column has about two thousand
FORMAT = "skyground-template"
FORMAT_VERSION = 1


class TemplateImported(NamedTuple):
    """A template that came in, and whether another one had to give way to it."""

    template: Template
    has_replaced: bool


def list_templates(store: Store, actor: Actor, kind: LayerKind) -> list[Template]:
    """List what can be chosen for a kind of layer: the office's own first, then the built-in."""
    with store.reading(actor) as session:
        own = templates.list_templates(session, kind=kind)
    return [*own, *(t for t in BUILTIN_TEMPLATES if t.kind is kind)]


def template_named(store: Store, actor: Actor, kind: LayerKind, name: str) -> Template:
    """Find a template for a kind of layer by its name.

    Raises
    ------
    NotFound
        ``template_unknown``, naming those that are known.
    """
    known = list_templates(store, actor, kind)
    for template in known:
        if template.name == name.strip():
            return template
    raise NotFound("template_unknown", name=name, known=", ".join(t.name for t in known) or "—")


def save_template(
    store: Store,
    actor: Actor,
    template: Template,
    *,
    at: datetime,
    seen: Template | EllipsisType | None = ...,
) -> bool:
    """Keep a template, in the place of one with the same name and kind.

    Parameters
    ----------
    seen
        What stood under the name when whoever saves looked, None: nothing. Left out, whatever
        stands there is replaced.

    Returns
    -------
    bool
        Whether there was one, which is now replaced.

    Raises
    ------
    NotAllowed
        If the actor does not work in the office.
    FileRefused
        See `geo.model.templates.check_template`.
    OldVersion
        ``template_changed``: something else stands there now.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    with store.writing(actor) as session:
        if seen is not ... and templates.find_template(session, template.name) != seen:
            raise OldVersion("template_changed", name=template.name.strip())
        return templates.save_template(session, template, at=at)


def delete_template(store: Store, actor: Actor, kind: LayerKind, name: str) -> None:
    """Forget a saved template. What was imported with it stays as it is.

    Raises
    ------
    NotAllowed
        If the actor does not work in the office; ``template_builtin``.
    NotFound
        ``template_unknown``.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    template = template_named(store, actor, kind, name)
    if template.is_builtin:
        raise NotAllowed("template_builtin", name=template.name)
    with store.writing(actor) as session:
        templates.delete_template(session, template.name)


def export_template(template: Template) -> str:
    """Write a template as JSON, for another office."""
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "name": template.name,
        "kind": template.kind.value,
        "fields": dict(template.fields),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def import_template(
    store: Store, actor: Actor, text: str, *, at: datetime, replace: bool = False
) -> TemplateImported:
    """Keep a template that another office has exported.

    Parameters
    ----------
    text
        What `export_template` wrote.
    replace
        Whether a different template of the same name and kind may be replaced.

    Raises
    ------
    NotAllowed
        If the actor does not work in the office.
    FileRefused
        See `read_template`; nothing is written then.
    NeedsConfirmation
        ``template_exists``.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    new = read_template(text)
    with store.writing(actor) as session:
        old = templates.find_template(session, new.name)
        if old is not None and old.kind is new.kind and old != new and not replace:
            raise NeedsConfirmation("template_exists", name=new.name)
        templates.save_template(session, new, at=at)
    return TemplateImported(new, has_replaced=old is not None and old != new)


def read_template(text: str) -> Template:
    """Read a template from JSON.

    Raises
    ------
    FileRefused
        ``template_too_large``, ``template_unreadable``, ``template_kind_unknown``, or what
        `geo.model.templates.check_template` finds.
    """
    if len(text) > LARGEST_TEMPLATE:
        raise FileRefused("template_too_large", limit=LARGEST_TEMPLATE)
    try:
        content = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FileRefused("template_unreadable") from error
    match content:
        case {
            "format": str(form),
            "version": int(version),
            "name": str(name),
            "kind": str(kind),
            "fields": dict(fields),
        } if form == FORMAT and version == FORMAT_VERSION and _are_texts(fields):
            return check_template(Template(name, _kind(name, kind), fields))
    raise FileRefused("template_unreadable")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        # Which of two fields for one column was meant is not ours to say.
        raise ValueError(pairs)
    return content


def _are_texts(fields: dict[str, Any]) -> bool:
    return all(isinstance(field, str) for field in fields.values())


def _kind(name: str, kind: str) -> LayerKind:
    if kind not in set(LayerKind):
        raise FileRefused(
            "template_kind_unknown",
            name=printable(name),
            kind=printable(kind),
            known=", ".join(LayerKind),
        )
    return LayerKind(kind)
