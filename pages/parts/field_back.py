"""The half of the field screen where findings come back: each file whole, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geo.errors import SkyGroundError
from geo.model.stages import OFFICE
from geo.workflow.import_findings import FindingsReport, import_findings
from geo.workflow.importing import Outcome
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.guard import sentence
from pages.parts.problems import count_by_severity, show_problems
from pages.parts.uploads import Upload, as_file
from pages.parts.words import empty, plain, word

TYPES = ["geojson", "json", "gpkg"]
FORM, BACK = "findings", "findings-back"
COUNTS = ("taken", "unchanged", "unanswered", "refused")


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of one file: a report, or why it could not be read."""

    name: str
    report: FindingsReport | None = None
    error: SkyGroundError | None = None

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it was taken although something is in it."""
        return self.report is not None and self.report.outcome is Outcome.REFUSED


def take_back() -> None:
    """Ask for returned files, take them in, and say what became of each."""
    uploads = st.file_uploader(
        word("field.upload"),
        type=TYPES,
        accept_multiple_files=True,
        key=f"findings-{state.round_of(FORM)}",
    )
    returned = _remembered()
    if uploads:
        _offer_take(uploads)
    elif not returned:
        empty("field.back_start")
    if returned:
        _show(returned)


def _offer_take(uploads: Sequence[Upload]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        skips = st.toggle(word("problems.skip"), help=word("field.skip_hint"))
        st.space("stretch")
        if len(uploads) == 1:
            label = plain(word("field.take_one", name=uploads[0].name))
        else:
            label = word("field.take", count=len(uploads))
        is_wanted = st.button(label, type="primary")
    if is_wanted:
        _take(uploads, skips=skips)


def _take(uploads: Sequence[Upload], *, skips: bool) -> None:
    returned = [_take_one(upload, skips=skips) for upload in uploads]
    state.remember(BACK, (state.actor().code, returned))
    # What was refused stays in its place, to be taken without its bad rows.
    if not any(r.is_refused for r in returned):
        state.begin_anew(FORM)
    st.rerun()


def _take_one(upload: Upload, *, skips: bool) -> Returned:
    doing = plain(word("field.merging", name=upload.name))
    try:
        with busy(doing), as_file(upload) as path:
            report = import_findings(
                cached.store(), state.actor(), path, at=cached.now(), skip_refused=skips
            )
    except SkyGroundError as error:
        # One file that cannot be read does not keep the others out.
        return Returned(upload.name, error=error)
    return Returned(upload.name, report)


def _remembered() -> list[Returned]:
    kept = state.remembered(BACK)
    if isinstance(kept, tuple) and kept[0] == state.actor().code:
        return list(kept[1])
    return []


def _show(returned: Sequence[Returned]) -> None:
    """Show the counts of each file, then everything that is wrong."""
    st.dataframe(_table(returned), hide_index=True, height="content")
    for one in returned:
        if one.error is not None:
            st.error(plain(sentence(one.error)))
    refused = sum(r.is_refused for r in returned)
    if refused:
        st.warning(word("field.none_taken", count=refused))
    wrong = [(p, r.name) for r in returned if r.report for p in r.report.problems]
    if wrong:
        problems = [p for p, _ in wrong]
        names = [name for _, name in wrong] if len(returned) > 1 else None
        counts = count_by_severity(problems, names)
        st.markdown(f"**{word('problems.title', counts=counts)}**")
        show_problems(problems, sources=names, is_narrow=True)
    has_more = any(r.report and r.report.taken for r in returned)
    if has_more and state.actor().role in OFFICE:
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(word("field.to_review"), type="secondary" if refused else "primary"):
                st.switch_page("review.py")


def _table(returned: Sequence[Returned]) -> pd.DataFrame:
    rows = [
        {
            word("field.result_file"): one.name,
            word("field.result_outcome"): word(f"outcome.{_outcome(one)}"),
        }
        | {
            word(f"field.result_{name}"): getattr(one.report, name) if one.report else None
            for name in COUNTS
        }
        for one in returned
    ]
    return pd.DataFrame(rows)


def _outcome(one: Returned) -> str:
    return str(one.report.outcome) if one.report else "unreadable"
