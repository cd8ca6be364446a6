"""The half of the field screen where patches leave: who has some, one file for each of them."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from geo.model import columns as c
from geo.model.stages import Stage
from geo.settings import workspace_path
from geo.workflow.clock import local_day
from geo.workflow.export_field import FieldPackage, export_field
from geo.workflow.patch_layer import loads_of
from geo.workflow.patch_rows import Patches
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.guard import guarded
from pages.parts.words import deadline, empty, plain, word

FOLDER = "field"
PACKAGES = "packages-made"
ASSIGNED, IN_FIELD = Stage.ASSIGNED.value, Stage.IN_FIELD.value
TABLE_PX = 260
LIST_PX = 150


def take_out() -> None:
    """Choose people, export their packages, offer the files."""
    counts = count_by_person(cached.patches(state.actor()))
    if counts.empty:
        empty("field.nobody")
    else:
        chosen = _choose_people(counts)
        _offer_export(counts.loc[chosen])
    _offer_files()


def count_by_person(patches: Patches) -> pd.DataFrame:
    """Count each person's patches by stage: who has to take some out, then by deadline."""
    loads = loads_of(patches)
    counts = pd.DataFrame(
        {
            ASSIGNED: [load.assigned for load in loads.values()],
            IN_FIELD: [load.in_field for load in loads.values()],
            c.DUE: pd.to_datetime(pd.Series([load.due for load in loads.values()])),
        }
    ).set_axis(list(loads))
    ordered = counts.assign(is_out=counts[ASSIGNED] == 0).sort_values(
        ["is_out", c.DUE], kind="stable", na_position="last"
    )
    return ordered.drop(columns="is_out")


def _choose_people(counts: pd.DataFrame) -> list[str]:
    """Show the people as a table; those whose patches still lie here are ticked at first."""
    st.caption(word("field.choose"))
    table = _words(counts, local_day(cached.store(), cached.now()))
    waiting = [n for n, count in enumerate(counts[ASSIGNED]) if count]
    made = st.dataframe(
        table,
        # Rows are chosen by their place, so another order makes another table.
        key=f"people-{zlib.crc32('/'.join(counts.index).encode())}",
        hide_index=True,
        height=TABLE_PX,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": waiting, "columns": [], "cells": []}},
    )
    return [counts.index[row] for row in made["selection"]["rows"]]


def _words(counts: pd.DataFrame, today: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            word("field.person"): [_name(code) for code in counts.index],
            word("field.assigned"): counts[ASSIGNED],
            word("field.in_field"): counts[IN_FIELD],
            word("field.next_due"): [
                deadline(None if pd.isna(d) else d.date(), Stage.IN_FIELD, today)
                for d in counts[c.DUE]
            ],
        }
    )


def _offer_export(chosen: pd.DataFrame) -> None:
    """Say what will leave, and let it leave."""
    count = len(chosen)
    leaving = int(chosen[ASSIGNED].sum())
    if count:
        said = word(
            "field.will",
            people=count,
            patches=leaving + int(chosen[IN_FIELD].sum()),
            leaving=leaving,
            stage=Stage.IN_FIELD,
        )
        st.caption(plain(said))
    label = word("field.export", count=count) if count else word("field.export_nobody")
    if st.button(label, type="primary", disabled=not count, width="stretch"):
        _export(list(chosen.index))


def _export(people: list[str]) -> None:
    store, actor = cached.store(), state.actor()
    with guarded():
        with busy(word("field.exporting", count=len(people))):
            folder = workspace_path() / FOLDER
            packages = export_field(store, actor, folder, at=cached.now(), people=people)
            state.remember(PACKAGES, (actor.code, packages))
        st.rerun()


def _offer_files() -> None:
    """Offer what was exported last: all files in one, and each alone."""
    kept = state.remembered(PACKAGES)
    if not isinstance(kept, tuple) or kept[0] != state.actor().code:
        return
    packages: list[FieldPackage] = kept[1]
    patches = sum(p.patches for p in packages)
    said = [word("field.exported", people=len(packages), patches=patches)]
    same = sum(not p.is_new for p in packages)
    if same:
        said.append(word("field.exported_same", count=same))
    st.success(" ".join(said))
    ready = [p for p in packages if p.path.is_file()]
    for package in packages:
        if package not in ready:
            st.warning(plain(word("field.package_gone", person=_name(package.assignee))))
    if len(ready) > 1:
        st.download_button(
            word("field.download_all", count=len(ready)),
            data=lambda: zipped(ready),
            file_name="field.zip",
            mime="application/zip",
            on_click="ignore",
            width="stretch",
        )
    with st.container(height=LIST_PX if len(ready) > 3 else "content", border=False):
        for package in ready:
            _offer_file(package)


def _offer_file(package: FieldPackage) -> None:
    said = word("field.download_one", person=_name(package.assignee), count=package.patches)
    st.download_button(
        plain(said),
        data=package.path.read_bytes,
        file_name=package.path.name,
        mime="application/geo+json",
        key=f"package-{package.id}",
        on_click="ignore",
        width="stretch",
    )


def zipped(packages: Sequence[FieldPackage]) -> bytes:
    """Pack the files into one archive; the same files give the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for package in packages:
            # The date of a member is that of ZipInfo's own beginning, 1980.
            member = zipfile.ZipInfo(package.path.name)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, package.path.read_bytes())
    return archive.getvalue()


def _name(code: str) -> str:
    known = {p.code: p for p in cached.colleagues(state.actor())}
    return known[code].name(state.lang()) if code in known else code
