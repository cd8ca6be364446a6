"""What an import did, and the one step that comes next."""

from dataclasses import dataclass, replace

import streamlit as st

from geo.model.filters import PatchFilter
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Stage
from geo.workflow.import_imagery import ImageImported
from geo.workflow.import_people import PeopleImported
from geo.workflow.importing import ImportReport, Outcome
from geo.workflow.locate import LocateReport, locate
from geo.workflow.patch_layer import fits
from geo.workflow.redelivery import RedeliveryReport
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.guard import guarded
from pages.parts.image_file import say_imported
from pages.parts.problems import count_by_severity, show_problems
from pages.parts.words import area, empty, plain, word

DONE = "importing-done"
SHOWN_CODES = 12
Imported = ImportReport | RedeliveryReport | PeopleImported | ImageImported


@dataclass(frozen=True, slots=True)
class Done:
    """What was imported by whom, and where its patches were located afterwards."""

    actor: str
    kind: str  # of layer; or people, imagery
    report: Imported
    located: LocateReport | None = None


def remember_done(kind: str, report: Imported) -> None:
    """Keep what an import did until the next one."""
    state.remember(DONE, Done(state.actor().code, kind, report))


def show_done() -> bool:
    """Show what this person's last import did; tell whether there was one."""
    done = state.remembered(DONE)
    if not isinstance(done, Done) or done.actor != state.actor().code:
        return False
    with st.container(border=True):
        if isinstance(done.report, PeopleImported):
            known = done.report.rows_read - done.report.added
            st.success(word("import.done_people", added=done.report.added, known=known))
            return True
        if isinstance(done.report, ImageImported):
            say_imported(done.report)
            return True
        if isinstance(done.report, RedeliveryReport):
            _say_correction(done.report)
        else:
            _say_layer(done.kind, done.report)
        if done.kind not in {LayerKind.PATCHES, LayerKind.GRIDS}:
            return True
        if done.located is None:
            _offer_locate(done)
        else:
            _say_located(done.located)
    return True


def _say_layer(kind: str, report: ImportReport) -> None:
    if report.outcome is Outcome.UNCHANGED:
        st.info(plain(word("wizard.known", name=report.name)))
        return
    values = {
        "count": f"{report.taken:,}",
        "name": report.name,
        "repaired": report.repaired,
        "refused": report.refused,
    }
    is_work = kind in {LayerKind.PATCHES, LayerKind.GRIDS}
    key = f"import.done_{kind}" if is_work else "import.done_layer"
    said = word(key, **values | ({"area": area(report.area_ha)} if is_work else {}))
    st.success(plain(said))
    if report.problems:
        with st.expander(word("problems.title", counts=count_by_severity(report.problems))):
            show_problems(report.problems)


def _say_correction(report: RedeliveryReport) -> None:
    counts = word("list.comma").join(
        f"{word(f'difference.{name}')} {count:,}" for name, count in report.counts.items() if count
    )
    st.success(plain(word("wizard.corrected", name=report.batch, counts=counts)))
    flagged = sum(report.alerts.values())
    if flagged:
        st.warning(word("wizard.flagged", count=f"{flagged:,}"))


def _offer_locate(done: Done) -> None:
    """Offer the next step where both halves of it are there; else say which is missing."""
    patches = cached.patches(state.actor())
    waiting = int(fits(patches, PatchFilter(stages=(Stage.ISSUED,))).sum())
    grids = len(cached.grids(state.actor()))
    if not grids or not waiting:
        empty("import.need_patches" if grids else "import.need_grids")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            word("import.locate_what", patches=f"{waiting:,}", grids=f"{grids:,}"), width="stretch"
        )
        is_wanted = st.button(word("import.locate"), type="primary")
    if is_wanted:
        with guarded():
            with busy(word("import.locating", count=f"{waiting:,}")):
                found = locate(cached.store(), state.actor(), at=cached.now())
                state.remember(DONE, replace(done, located=found))
            st.rerun()


def _say_located(found: LocateReport) -> None:
    said = word(
        "import.located",
        patches=f"{found.patches:,}",
        located=f"{found.located:,}",
        outside=f"{found.outside:,}",
        straddling=f"{found.straddling:,}",
        ties=len(found.ties),
        seconds=f"{found.seconds:.1f}",
    )
    st.success(said if found.changed else f"{said} {word('import.located_same')}")
    for tie in found.ties[:SHOWN_CODES]:
        others = word("list.comma").join(tie.others)
        st.caption(plain(word("import.tie", patch=tie.patch, grid=tie.grid, others=others)))
    if found.outside_codes:
        st.caption(plain(word("import.outside", codes=_some(found.outside_codes))))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(word("import.to_assign"), type="primary"):
            st.switch_page("assign.py")


def _some(codes: tuple[str, ...]) -> str:
    shown = word("list.comma").join(codes[:SHOWN_CODES])
    if len(codes) <= SHOWN_CODES:
        return shown
    return f"{shown} {word('import.and_more', count=f'{len(codes):,}')}"
