"""Step four: what is wrong, what will be written, and the button that writes it."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from geo.model import columns as c
from geo.model.layer_kinds import LayerKind
from geo.model.origin import Origin
from geo.workflow import look
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.import_reference import REFERENCE_KINDS, import_reference, layers_replaced
from geo.workflow.import_report import write_import_report
from geo.workflow.importing import ImportReport, Outcome, report_on
from geo.workflow.intake import Intake
from geo.workflow.look_into import imported_as
from geo.workflow.redelivery import RedeliveryReport
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.crs_words import crs_word
from pages.parts.guard import guarded
from pages.parts.import_correction import correct, says_otherwise, show_correction
from pages.parts.import_draft import Draft, change, understood
from pages.parts.import_steps import foot, show_back
from pages.parts.problems import count_by_severity, show_problems
from pages.parts.uploads import as_file
from pages.parts.words import area, pairs, plain, word

Report = ImportReport | RedeliveryReport
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_confirm(current: Draft) -> Report | None:
    """Show what is wrong and what will be written; write it when asked to.

    Returns
    -------
    ImportReport, RedeliveryReport or None
        None as long as nothing was imported.

    Raises
    ------
    FileRefused
        If the layer cannot be read as it was said.
    """
    intake = understood(current)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        current = _ask_name(current)
        _offer_report(current, intake)
    with right:
        _show_facts(intake)
    corrected = _batch_to_correct(current)
    _show_problems(intake, is_folded=corrected is not None)
    known = imported_as(cached.store(), state.actor(), current.kind, intake.digest)
    if known and not (known == corrected and says_otherwise(intake, known)):
        st.info(plain(word("wizard.known", name=known)))
        _show_way_back(current)
        return None
    if not len(intake.rows):
        st.info(word("import.nothing_usable"))
        _show_way_back(current)
        return None
    if corrected is not None:
        show_correction(current, intake, corrected)
    _say_replaced(current, intake)
    return _show_end(current, intake, is_correction=corrected is not None)


def _ask_name(current: Draft) -> Draft:
    if current.kind is LayerKind.GRIDS:
        return current
    key = "import.batch" if current.kind is LayerKind.PATCHES else "wizard.layer_name"
    name = st.text_input(word(key), current.name, key=f"name-{current.token}").strip()
    return change(current, name=name) if name != current.name else current


def _say_replaced(current: Draft, intake: Intake) -> None:
    """Say which layer this one would take the place of."""
    if current.kind not in REFERENCE_KINDS:
        return
    store, actor = cached.store(), state.actor()
    for layer in layers_replaced(store, actor, current.kind, current.name, intake.digest):
        said = word("wizard.replaces", source=layer.source_name, count=f"{layer.count:,}")
        st.warning(plain(said))


def _show_facts(intake: Intake) -> None:
    said: dict[str, object] = {
        word("wizard.rows"): word("wizard.rows_read", count=f"{intake.rows_read:,}"),
        word("wizard.good"): f"{len(intake.rows):,}",
    }
    if intake.repaired_rows:
        said[word("wizard.repaired")] = f"{intake.repaired_rows:,}"
    if intake.refused_rows:
        said[word("wizard.refused")] = f"{intake.refused_rows:,}"
    whole = intake.rows[c.AREA_HA].sum()
    if whole > 0:
        said[word("import.area")] = word("import.by_ellipsoid", area=area(whole))
    said[word("import.crs")] = crs_word(intake.crs)
    if intake.shift is not None:
        said[word("wizard.shift")] = word(f"wizard.shift_{intake.shift}")
    pairs(said)


def _offer_report(current: Draft, intake: Intake) -> None:
    """Offer the whole report as a workbook, to be sent back to whoever made the file."""
    report = report_on(intake, Outcome.EXAMINED, current.name)
    lang = state.lang()

    def book() -> bytes:
        with tempfile.TemporaryDirectory(prefix="skyground-report-") as folder:
            path = Path(folder) / "report.xlsx"
            write_import_report(report, path, lang)
            return path.read_bytes()

    st.download_button(
        word("wizard.report"),
        book,
        file_name=f"{Path(intake.source_name).stem}-{word('wizard.report_file')}.xlsx",
        mime=BOOK,
        key=f"report-{current.token}",
    )


def _show_problems(intake: Intake, *, is_folded: bool) -> None:
    """Show what is wrong; where a correction needs the room, behind its title."""
    if not intake.problems:
        st.success(word("wizard.no_problems"))
        return
    title = word("problems.title", counts=count_by_severity(intake.problems))
    if is_folded:
        with st.expander(title):
            show_problems(intake.problems)
        return
    st.markdown(f"**{title}**")
    show_problems(intake.problems)


def _batch_to_correct(current: Draft) -> str | None:
    """Name the batch that this file would correct: one of the same name from another file."""
    if current.kind is not LayerKind.PATCHES:
        return None
    batches = look.deliveries(cached.store(), state.actor())
    names = [batch.code for batch in batches if batch.origin is Origin.DELIVERED]
    return current.name if current.name in names else None


def _show_end(current: Draft, intake: Intake, *, is_correction: bool) -> Report | None:
    if intake.refused_rows:
        skips = st.toggle(
            word("wizard.skip_all", count=f"{intake.refused_rows:,}"),
            current.skips,
            key=f"skip-{current.token}",
        )
        if skips != current.skips:
            current = change(current, skips=skips)
    hindrance = _hindrance(current, intake)
    note = "wizard.correction_undo" if is_correction else "import.no_undo"
    with foot(f":small[{plain(hindrance or word(note))}]"):
        show_back(current)
        label = (
            word("import.not_yet")
            if hindrance
            else plain(_doing(current, intake, is_correction=is_correction))
        )
        is_wanted = st.button(label, type="primary", disabled=bool(hindrance), key="import-write")
    if not is_wanted:
        return None
    return _write(current, intake, correct if is_correction else _import)


def _show_way_back(current: Draft) -> None:
    with foot(""):
        show_back(current)


def _hindrance(current: Draft, intake: Intake) -> str:
    """Say what still stands in the way, and how to clear it; empty if nothing does."""
    if intake.refused_rows and not current.skips:
        return word("import.blocked", refused=f"{intake.refused_rows:,}")
    if current.kind is not LayerKind.GRIDS and not current.name:
        return word("import.batch_needed")
    return ""


def _doing(current: Draft, intake: Intake, *, is_correction: bool) -> str:
    key = "wizard.do_correct" if is_correction else f"import.do_{current.kind}"
    what = word(key, count=f"{len(intake.rows):,}", batch=current.name)
    if not intake.refused_rows:
        return what
    return word("import.do_without", what=what, refused=f"{intake.refused_rows:,}")


def _write(
    current: Draft, intake: Intake, write: Callable[[Draft, Intake, Path], Report]
) -> Report | None:
    report: Report | None = None
    doing = word("import.writing", count=f"{len(intake.rows):,}")
    with guarded(), busy(doing), as_file(current.upload) as path:
        report = write(current, intake, path)
    return None if report is None or report.outcome is Outcome.REFUSED else report


def _import(current: Draft, intake: Intake, path: Path) -> ImportReport:
    store, actor, at = cached.store(), state.actor(), cached.now()
    options = current.options
    if current.kind is LayerKind.PATCHES:
        return import_patches(
            store, actor, path, at=at, batch=current.name, options=options, intake=intake
        )
    if current.kind is LayerKind.GRIDS:
        return import_grids(store, actor, path, at=at, options=options, intake=intake)
    return import_reference(
        store,
        actor,
        path,
        current.kind,
        at=at,
        name=current.name,
        options=options,
        intake=intake,
    )
