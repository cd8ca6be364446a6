"""Import: a file of patches, grids or people; seen first, written by the last button only."""

import streamlit as st

from geo.model.stages import Role
from pages.parts import state
from pages.parts.chosen_layer import Kind, forget_file
from pages.parts.deliveries import show_deliveries
from pages.parts.guard import guarded
from pages.parts.import_done import remember_done, show_done
from pages.parts.layer_file import show_layer
from pages.parts.people_file import show_people
from pages.parts.uploads import Upload
from pages.parts.words import empty, word

PEOPLE = "people"
LAYER_TYPES = ["zip", "gpkg", "geojson", "json"]
FORM = "importing"


def choose_kind() -> str:
    """Ask what is to be imported; people are the administrator's."""
    kinds = [*Kind, PEOPLE] if state.actor().role is Role.ADMINISTRATOR else [*Kind]
    names = {kind: word(f"import.{kind}") for kind in kinds}
    return st.radio(
        word("import.what"),
        kinds,
        format_func=names.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
    )


def choose_file(kind: str) -> Upload | None:
    """Ask for the file; after an import the place is empty again."""
    is_people = kind == PEOPLE
    return st.file_uploader(
        word("import.file_people" if is_people else "import.file_layers"),
        type=["csv"] if is_people else LAYER_TYPES,
        key=f"importing-{kind}-{state.round_of(FORM)}",
    )


def show_file(kind: str, upload: Upload) -> None:
    """Show what is in the file; once it is imported, begin anew with what was done."""
    with guarded():
        report = (
            show_people(upload, left, right)
            if kind == PEOPLE
            else show_layer(upload, Kind(kind), left, right)
        )
        if report is None:
            return
        remember_done(kind, report)
        forget_file()
        state.begin_anew(FORM)
        st.rerun()


left, right = st.columns([2, 3], gap="medium")
with left:
    st.title(word("page.importing"))
    kind = choose_kind()
with right:
    upload = choose_file(kind)
if upload is not None:
    show_file(kind, upload)
else:
    forget_file()
    if not show_done():
        empty(f"import.start_{kind}")
    if kind == Kind.PATCHES:
        show_deliveries()
