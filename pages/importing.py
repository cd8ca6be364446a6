"""Import: a file seen first, in four steps; written by the last button only."""

import streamlit as st

from geo.errors import SkyGroundError
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Role
from geo.workflow.import_imagery import ImageImported
from geo.workflow.import_people import PeopleImported
from pages.parts import state
from pages.parts.deliveries import show_deliveries
from pages.parts.guard import guarded, sentence
from pages.parts.image_file import IMAGE_TYPES, show_image
from pages.parts.import_confirm import Report, show_confirm
from pages.parts.import_content import show_content
from pages.parts.import_done import remember_done, show_done
from pages.parts.import_draft import Draft, Step, begin, change, draft, forget, reachable
from pages.parts.import_file import show_file
from pages.parts.import_place import show_place
from pages.parts.import_steps import follow_wish, show_steps
from pages.parts.people_file import show_people
from pages.parts.uploads import Upload
from pages.parts.words import empty, plain, word

PEOPLE, IMAGERY = "people", "imagery"
# Kinds that are no layers: each is one step of its own.
APART = (IMAGERY, PEOPLE)
LAYER_TYPES = ["zip", "gpkg", "geojson", "json", "kml", "kmz", "gpx", "txt", "csv", "xlsx"]
TABLE_TYPES = ["csv", "xlsx"]
FORM, KIND = "importing", "importing-kind"


def choose_kind() -> str:
    """Ask what is to be imported; people are the administrator's."""
    is_administrator = state.actor().role is Role.ADMINISTRATOR
    kinds = [*LayerKind, IMAGERY, *([PEOPLE] if is_administrator else [])]
    names = {str(kind): word(f"import.{kind}") for kind in kinds}
    # The other steps don't show this choice; back at the first it is still what it was.
    kept = state.remembered(KIND)
    chosen = st.radio(
        word("import.what"),
        list(names),
        index=list(names).index(str(kept)) if kept in names else 0,
        format_func=names.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        key="importing-kind",
    )
    state.remember(KIND, chosen)
    return chosen


def choose_file(kind: str) -> Upload | None:
    """Ask for the file; after an import the place is empty again."""
    types = {PEOPLE: TABLE_TYPES, IMAGERY: IMAGE_TYPES}
    return st.file_uploader(
        word(f"import.file_{kind if kind in types else 'layers'}"),
        type=types.get(kind, LAYER_TYPES),
        key=f"importing-{kind}-{state.round_of(FORM)}",
    )


def show_first_step() -> None:
    """Ask what and which file; below it what the file is, or what was imported before."""
    kind = choose_kind()
    upload = choose_file(kind)
    current = draft()
    if kind in APART:
        forget()
        if upload is not None:
            (people if kind == PEOPLE else image)(upload)
            return
    elif upload is not None:
        current = begin(LayerKind(kind), upload)
    elif current is not None and str(current.kind) == kind:
        # The file is still here after another step; the place to drop one is empty again.
        st.info(plain(word("wizard.file_kept", name=current.upload.name)))
    else:
        current = None
    if current is not None and kind not in APART:
        with guarded():
            show_file(current)
        return
    if not show_done():
        empty(f"import.start_{kind}")
    if kind == LayerKind.PATCHES:
        show_deliveries()


def people(upload: Upload) -> None:
    """Show a table of people, and add them when asked to."""
    left, right = st.columns([2, 3], gap="medium")
    with guarded():
        report = show_people(upload, left, right)
        if report is not None:
            done(PEOPLE, report)


def image(upload: Upload) -> None:
    """Ask when an image was taken, and import it when asked to."""
    with guarded():
        report = show_image(upload)
        if report is not None:
            done(IMAGERY, report)


def show_later_step(current: Draft) -> None:
    """Show one of the steps in which the file is looked at."""
    try:
        if current.step is Step.CONTENT:
            show_content(current)
        elif current.step is Step.PLACE:
            show_place(current)
        else:
            report = show_confirm(current)
            if report is not None:
                done(str(current.kind), report)
    except SkyGroundError as error:
        st.error(plain(sentence(error)))
        if st.button(word("wizard.to_file")):
            change(current, step=Step.FILE)
            st.rerun()


def done(kind: str, report: Report | PeopleImported | ImageImported) -> None:
    """Begin anew with what was done."""
    remember_done(kind, report)
    forget()
    state.begin_anew(FORM)
    st.rerun()


def main() -> None:
    """Show the step that one has come to."""
    title, steps = st.columns([1, 3], vertical_alignment="center")
    title.title(word("page.importing"))
    current = draft()
    with steps:
        furthest = reachable(current) if current is not None else Step.FILE
        if current is not None and current.step > furthest and current.step is not Step.CONTENT:
            current = change(current, step=furthest)
        show_steps(current, furthest)
    if current is None or current.step is Step.FILE:
        show_first_step()
    else:
        show_later_step(current)
    follow_wish()


main()
