"""A delivered layer of patches or grids: facts, proof, problems, and the button that writes it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import streamlit as st

from geo.model import columns as c
from geo.model.columns import Column
from geo.workflow import look
from geo.workflow.import_grids import import_grids, inspect_grids
from geo.workflow.import_patches import import_patches, inspect_patches
from geo.workflow.importing import ImportReport, Outcome
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.look_into import LayerFacts, layers_of, name_of_batch, name_of_grid_layer
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.file_facts import ask_options, choose_layer, show_facts
from pages.parts.file_proof import show_first_rows, show_outlines
from pages.parts.guard import guarded
from pages.parts.problems import count_by_severity, show_problems
from pages.parts.uploads import Upload, as_file, trusted_name
from pages.parts.words import plain, word

LAYERS, INTAKE = "importing-layers", "importing-intake"


class Kind(StrEnum):
    """What a file of polygons is imported as."""

    PATCHES = "patches"
    GRIDS = "grids"


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.PATCHES: c.PATCH_COLUMNS,
    Kind.GRIDS: c.GRID_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An uploaded layer with what the person has said about it."""

    upload: Upload
    kind: Kind
    options: ImportOptions
    batch: str = ""

    @property
    def token(self) -> tuple[object, ...]:
        """What the intake depends on: as long as it stays, the file is not read again."""
        return (self.upload.file_id, self.kind, self.options)


def show_layer(upload: Upload, kind: Kind) -> ImportReport | None:
    """Show an uploaded layer with its facts, proof and problems; import it when asked to.

    Returns
    -------
    ImportReport or None
        None as long as nothing was imported.

    Raises
    ------
    FileRefused
        If the file has no layers at all.
    """
    layers = _layers(upload)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        facts = choose_layer(layers, upload.file_id)
        # The facts stand above the questions, and are known only after the answers.
        place = st.container()
        token = f"{kind}-{upload.file_id}-{facts.name}"
        options = ask_options(facts, COLUMNS[kind], token)
        batch = _ask_batch(upload) if kind is Kind.PATCHES else ""
    chosen = Chosen(upload, kind, options, batch)
    intake = None
    with right, guarded():
        intake = _intake(chosen, facts)
        _show_proof(chosen, intake)
    with place:
        show_facts(facts, intake, options)
    return None if intake is None else _show_end(chosen, intake)


def _layers(upload: Upload) -> list[LayerFacts]:
    kept = state.remembered(LAYERS)
    if isinstance(kept, tuple) and kept[0] == upload.file_id:
        return kept[1]
    with busy(word("import.looking")), as_file(upload) as path:
        layers = layers_of(path)
    state.remember(LAYERS, (upload.file_id, layers))
    return layers


def _intake(chosen: Chosen, facts: LayerFacts) -> Intake:
    kept = state.remembered(INTAKE)
    if isinstance(kept, tuple) and kept[0] == chosen.token:
        return kept[1]
    inspect = inspect_patches if chosen.kind is Kind.PATCHES else inspect_grids
    doing = word("import.reading", count=f"{facts.count:,}")
    with busy(doing), as_file(chosen.upload) as path:
        intake = inspect(path, chosen.options)
    state.remember(INTAKE, (chosen.token, intake))
    return intake


def _ask_batch(upload: Upload) -> str:
    proposed = Path(trusted_name(upload.name)).stem
    return st.text_input(word("import.batch"), proposed, key=f"batch-{upload.file_id}").strip()


def _show_proof(chosen: Chosen, intake: Intake) -> None:
    if not len(intake.rows):
        st.info(word("import.nothing_usable"))
        return
    show_first_rows(intake)
    token = f"{chosen.upload.file_id}.{chosen.options.layer}.{intake.crs}"
    show_outlines(intake, are_grids=chosen.kind is Kind.GRIDS, token=token)


def _show_end(chosen: Chosen, intake: Intake) -> ImportReport | None:
    """Show the problems and the last button, which says what will be written."""
    if intake.problems:
        counts = count_by_severity(intake.problems)
        st.markdown(f"**{word('problems.title', counts=counts)}**")
        show_problems(intake.problems)
    known = _known(chosen, intake)
    if known:
        st.info(plain(known))
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        skips = False
        if intake.refused_rows and len(intake.rows):
            skips = st.toggle(word("problems.skip"), key=f"skip-{chosen.upload.file_id}")
        is_blocked = bool(intake.refused_rows) and not skips
        _explain(chosen, intake, is_blocked=is_blocked)
        label = plain(_doing(chosen, intake))
        if not st.button(label, type="primary", disabled=is_blocked or _clash(chosen) is not None):
            return None
    return _write(chosen, intake, skips=skips)


def _known(chosen: Chosen, intake: Intake) -> str:
    """Say so if this very file was imported before."""
    if chosen.kind is Kind.PATCHES:
        name = name_of_batch(cached.store(), state.actor(), intake.digest)
        return word("import.known_batch", name=name) if name else ""
    name = name_of_grid_layer(cached.store(), state.actor(), intake.digest)
    return word("import.known_grids", name=name) if name else ""


def _explain(chosen: Chosen, intake: Intake, *, is_blocked: bool) -> None:
    clash = _clash(chosen)
    if is_blocked:
        said = word("import.blocked", refused=f"{intake.refused_rows:,}")
    elif clash:
        said = clash
    else:
        said = word("import.no_undo")
    st.markdown(f":small[{plain(said)}]", width="stretch")


def _clash(chosen: Chosen) -> str | None:
    """Say so if another file was imported under the same name."""
    if chosen.kind is not Kind.PATCHES:
        return None
    for other in look.deliveries(cached.store(), state.actor()):
        if other.code == chosen.batch:
            return word(
                "screen_error.batch_exists",
                batch=other.code,
                source=other.source_name,
                count=f"{other.count:,}",
            )
    return None


def _doing(chosen: Chosen, intake: Intake) -> str:
    what = word(f"import.do_{chosen.kind}", count=f"{len(intake.rows):,}", batch=chosen.batch)
    if not intake.refused_rows:
        return what
    return word("import.do_without", what=what, refused=f"{intake.refused_rows:,}")


def _write(chosen: Chosen, intake: Intake, *, skips: bool) -> ImportReport | None:
    options = replace(chosen.options, accept_proposals=True, skip_refused=skips)
    store, actor, at = cached.store(), state.actor(), cached.now()
    with (
        guarded(),
        busy(word("import.writing", count=f"{len(intake.rows):,}")),
        as_file(chosen.upload) as path,
    ):
        if chosen.kind is Kind.GRIDS:
            report = import_grids(store, actor, path, at=at, options=options)
        else:
            report = import_patches(store, actor, path, at=at, batch=chosen.batch, options=options)
        return report if report.outcome is not Outcome.REFUSED else None
    return None


def forget_file() -> None:
    """Let go of the file that was looked at; a large one is not kept for nothing."""
    state.remember(LAYERS, None)
    state.remember(INTAKE, None)
