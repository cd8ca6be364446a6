"""The end of looking at a layer: its problems, and the button that says what it will write."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from geo.model import columns as c
from geo.workflow import look
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.importing import ImportReport, Outcome
from geo.workflow.intake import Intake
from geo.workflow.look_into import name_of_batch, name_of_grid_layer
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.chosen_layer import Chosen, Kind
from pages.parts.guard import guarded
from pages.parts.problems import count_by_severity, show_problems
from pages.parts.uploads import as_file
from pages.parts.words import plain, word


def show_end(chosen: Chosen, intake: Intake) -> ImportReport | None:
    """Show what is wrong and what will be written; write it when asked to.

    Returns
    -------
    ImportReport or None
        None as long as nothing was imported.
    """
    if intake.problems:
        counts = count_by_severity(intake.problems)
        st.markdown(f"**{word('problems.title', counts=counts)}**")
        show_problems(intake.problems)
    known = _known(chosen, intake)
    if known:
        st.info(plain(known))
        return None
    if not len(intake.rows):
        return None
    strangers = _outside_territory(chosen, intake)
    if strangers:
        st.warning(word("import.outside_territory", count=f"{strangers:,}"))
    has_refused = intake.refused_rows > 0
    places = st.columns([1, 3, 2.6] if has_refused else [4, 2.6], vertical_alignment="center")
    skips = False
    if has_refused:
        skips = places[0].toggle(word("problems.skip"), key=f"skip-{chosen.upload.file_id}")
    hindrance = _hindrance(chosen, intake, skips=skips)
    places[-2].markdown(f":small[{plain(hindrance or word('import.no_undo'))}]")
    with places[-1], st.container(horizontal=True, horizontal_alignment="right"):
        label = word("import.not_yet") if hindrance else plain(_doing(chosen, intake))
        is_wanted = st.button(label, type="primary", disabled=bool(hindrance))
    return _write(chosen, intake, skips=skips) if is_wanted else None


def _known(chosen: Chosen, intake: Intake) -> str:
    """Say so if this very file was imported before."""
    store, actor = cached.store(), state.actor()
    if chosen.kind is Kind.PATCHES:
        name = name_of_batch(store, actor, intake.digest)
        return word("import.known_batch", name=name) if name else ""
    name = name_of_grid_layer(store, actor, intake.digest)
    return word("import.known_grids", name=name) if name else ""


def _outside_territory(chosen: Chosen, intake: Intake) -> int:
    """Count the patches that this person would not see: those of another territory's codes."""
    prefix = state.actor().admin_prefix
    if chosen.kind is Kind.GRIDS or not prefix:
        return 0
    codes = intake.rows[c.ADMIN_CODE]
    return int(((codes != "") & ~codes.str.startswith(prefix)).sum())


def _hindrance(chosen: Chosen, intake: Intake, *, skips: bool) -> str:
    """Say what still stands in the way, and how to clear it; empty if nothing does."""
    if intake.refused_rows and not skips:
        return word("import.blocked", refused=f"{intake.refused_rows:,}")
    if chosen.kind is Kind.GRIDS:
        return ""
    if not chosen.batch:
        return word("import.batch_needed")
    for other in look.deliveries(cached.store(), state.actor()):
        if other.code == chosen.batch:
            return word(
                "screen_error.batch_exists",
                batch=other.code,
                source=other.source_name,
                count=f"{other.count:,}",
            )
    return ""


def _doing(chosen: Chosen, intake: Intake) -> str:
    what = word(f"import.do_{chosen.kind}", count=f"{len(intake.rows):,}", batch=chosen.batch)
    if not intake.refused_rows:
        return what
    return word("import.do_without", what=what, refused=f"{intake.refused_rows:,}")


def _write(chosen: Chosen, intake: Intake, *, skips: bool) -> ImportReport | None:
    report = None
    doing = word("import.writing", count=f"{len(intake.rows):,}")
    with guarded(), busy(doing), as_file(chosen.upload) as path:
        report = _import(chosen, path, skips=skips)
    return None if report and report.outcome is Outcome.REFUSED else report


def _import(chosen: Chosen, path: Path, *, skips: bool) -> ImportReport:
    store, actor, at = cached.store(), state.actor(), cached.now()
    options = replace(chosen.options, accept_proposals=True, skip_refused=skips)
    if chosen.kind is Kind.GRIDS:
        return import_grids(store, actor, path, at=at, options=options)
    return import_patches(store, actor, path, at=at, batch=chosen.batch, options=options)
