"""What a person has said about a file so far, kept while they go through the steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from geo.errors import SkyGroundError
from geo.model import columns as c
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.workflow.importing import inspect
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.look_into import LayerFacts, layers_of
from geo.workflow.preview import Preview, preview
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.uploads import Upload, as_file, trusted_name
from pages.parts.words import word

DRAFT, LAYERS, PREVIEW, INTAKE = "import-draft", "import-layers", "import-preview", "import-intake"


class Step(IntEnum):
    """The steps of an import, in their order; ``wizard.step_NAME`` are their words."""

    FILE = 1
    CONTENT = 2
    PLACE = 3
    CONFIRM = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is being imported, and what was said about it.

    Attributes
    ----------
    layer
        The layer that is meant; None while there are several and none is chosen.
    fields
        Column to field, where a person has chosen; an empty field: none.
    name
        Of the batch, or of the layer.
    skips
        Whether rows that cannot be taken are left out.
    """

    kind: LayerKind
    upload: Upload
    name: str
    layer: str | None = None
    encoding: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    makes_codes: bool = False
    crs: str | None = None
    swaps_axes: bool | None = None
    shift: str | None = None
    skips: bool = False
    step: Step = Step.FILE

    @property
    def options(self) -> ImportOptions:
        """What an import takes of it; what was proposed and not changed counts as accepted."""
        return ImportOptions(
            layer=self.layer,
            fields=dict(self.fields),
            crs=self.crs,
            encoding=self.encoding,
            swaps_axes=self.swaps_axes,
            shift=self.shift,
            makes_codes=self.makes_codes,
            accept_proposals=True,
            skip_refused=self.skips,
        )

    @property
    def token(self) -> str:
        """Names the layer as it is read: widgets and maps of another one begin anew."""
        return f"{self.upload.file_id}.{self.layer}.{self.kind}"


def draft() -> Draft | None:
    """Give what is being imported; None if nothing is."""
    kept = state.remembered(DRAFT)
    return kept if isinstance(kept, Draft) else None


def begin(kind: LayerKind, upload: Upload) -> Draft:
    """Begin with a file; the same file again goes on where it was."""
    kept = draft()
    if kept is not None and kept.upload.file_id == upload.file_id and kept.kind is kind:
        return kept
    forget()
    new = Draft(kind, upload, name=Path(trusted_name(upload.name)).stem)
    state.remember(DRAFT, new)
    return new


def change(current: Draft, **values: Any) -> Draft:
    """Keep what a person has said now."""
    changed = replace(current, **values)
    state.remember(DRAFT, changed)
    return changed


def forget() -> None:
    """Let go of the file that was looked at; a large one is not kept for nothing."""
    for name in (DRAFT, LAYERS, PREVIEW, INTAKE):
        state.remember(name, None)


def layers_in(current: Draft) -> list[LayerFacts]:
    """List the layers of the file.

    Raises
    ------
    FileRefused
        If it has none, or cannot be read.
    """
    token = (current.upload.file_id, current.encoding)
    kept = state.remembered(LAYERS)
    if isinstance(kept, tuple) and kept[0] == token:
        return list(kept[1])
    with busy(word("import.looking")), as_file(current.upload) as path:
        layers = layers_of(path, encoding=current.encoding)
    state.remember(LAYERS, (token, layers))
    return layers


def previewed(current: Draft) -> Preview:
    """Read the layer; the same layer with the same encoding and fields only once.

    Raises
    ------
    FileRefused
        If it cannot be read.
    """
    token = _preview_token(current)
    kept = _kept(PREVIEW, token)
    if isinstance(kept, Preview):
        return kept
    with busy(word("import.looking")), as_file(current.upload) as path:
        seen = preview(cached.store(), state.actor(), path, current.kind, current.options)
    state.remember(PREVIEW, (token, seen))
    return seen


def understood(current: Draft) -> Intake:
    """Read the layer as it would be imported; with the same answers only once.

    Raises
    ------
    FileRefused
        If it cannot be read like this.
    """
    seen = previewed(current)
    token = _intake_token(current)
    kept = _kept(INTAKE, token)
    if isinstance(kept, Intake):
        return kept
    doing = word("import.reading", count=f"{len(seen.delivery.attributes):,}")
    with busy(doing), as_file(current.upload) as path:
        intake = inspect(
            cached.store(),
            state.actor(),
            path,
            current.kind,
            current.options,
            delivery=seen.delivery,
        )
    state.remember(INTAKE, (token, intake))
    return intake


def reachable(current: Draft) -> Step:
    """Tell how far one can go with what was said so far.

    Nothing large is read ahead: a step that has not been looked at yet is the furthest.
    """
    if current.layer is None:
        return Step.FILE
    if current.step is Step.FILE and _kept(PREVIEW, _preview_token(current)) is None:
        return Step.CONTENT
    try:
        seen = previewed(current)
    except SkyGroundError:
        return Step.FILE
    if seen.fields.makes_codes and not (current.makes_codes or has_no_table(seen)):
        return Step.CONTENT
    return Step.CONFIRM if _is_understood(current) else Step.PLACE


def _is_understood(current: Draft) -> bool:
    """Tell whether the layer can be read as it was said; before that step only if it was."""
    if current.step < Step.PLACE and _kept(INTAKE, _intake_token(current)) is None:
        return False
    try:
        understood(current)
    except SkyGroundError:
        return False
    return True


def _preview_token(current: Draft) -> object:
    fields = tuple(sorted(current.fields.items()))
    return current.token, current.encoding, fields, cached.store().revision()


def _intake_token(current: Draft) -> object:
    said = replace(current.options, skip_refused=False, fields={})
    fields = tuple(sorted(current.fields.items()))
    return current.token, said, fields, cached.store().revision()


def _kept(name: str, token: object) -> object:
    """Give what was read under a token; None if something else was, or nothing."""
    kept = state.remembered(name)
    return kept[1] if isinstance(kept, tuple) and kept[0] == token else None


def has_no_table(seen: Preview) -> bool:
    """Tell whether numbers have to be made, because there is no field to hold any."""
    facts = seen.delivery.facts
    columns = LAYER_TABLES[seen.kind].columns
    asks = any(column.is_required and column.name == c.CODE for column in columns)
    return facts.made_codes or not facts.fields or not asks
