"""A delivered layer of patches or grids on the screen: facts beside proof, and what is wrong."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.workflow.importing import ImportReport
from geo.workflow.intake import Intake
from pages.parts.chosen_layer import COLUMNS, Chosen, Kind, layers_in, understood
from pages.parts.file_facts import ask_batch, ask_options, choose_layer, show_facts
from pages.parts.file_proof import show_first_rows, show_outlines
from pages.parts.guard import guarded
from pages.parts.layer_end import show_end
from pages.parts.uploads import Upload, trusted_name
from pages.parts.words import word


def show_layer(
    upload: Upload, kind: Kind, left: DeltaGenerator, right: DeltaGenerator
) -> ImportReport | None:
    """Show an uploaded layer with its facts, proof and problems; import it when asked to.

    Parameters
    ----------
    left, right
        The columns of the screen: facts and questions, and the proof.

    Returns
    -------
    ImportReport or None
        None as long as nothing was imported.

    Raises
    ------
    FileRefused
        If the file has no layers at all.
    """
    layers = layers_in(upload)
    with left:
        facts = choose_layer(layers, upload.file_id)
        # The facts stand above the questions, and are known only after the answers.
        place = st.container()
        cells = iter([*st.columns(2), *st.columns(2)])
        options = ask_options(facts, COLUMNS[kind], cells, token=f"{kind}-{upload.file_id}")
        proposed = Path(trusted_name(upload.name)).stem
        batch = ask_batch(proposed, cells, upload.file_id) if kind is Kind.PATCHES else ""
    chosen = Chosen(upload, kind, options, batch)
    intake = None
    with right, guarded():
        intake = understood(chosen, facts)
        _show_proof(chosen, intake)
    with place:
        show_facts(facts, intake, options)
    return None if intake is None else show_end(chosen, intake)


def _show_proof(chosen: Chosen, intake: Intake) -> None:
    if not len(intake.rows):
        st.info(word("import.nothing_usable"))
        return
    show_first_rows(intake)
    token = f"{chosen.upload.file_id}.{chosen.options.layer}.{intake.crs}"
    show_outlines(intake, are_grids=chosen.kind is Kind.GRIDS, token=token)
