"""An image: what it is called, when it was taken, and the button that imports it."""

from contextlib import ExitStack
from datetime import date
from pathlib import Path

import streamlit as st

from geo.workflow.import_imagery import MAX_TITLE, ImageImported, import_image
from geo.workflow.importing import Outcome
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.uploads import Upload, as_file
from pages.parts.words import plain, word

IMAGE_TYPES = ["tif", "tiff", "mbtiles"]
MASK_TYPES = ["tif", "tiff"]


def show_image(upload: Upload) -> ImageImported | None:
    """Ask what has to be known of an uploaded image, and import it when asked to.

    Raises
    ------
    FileRefused
        If it is no image that can be laid on a map, or its day is missing.
    """
    key = f"image-{upload.file_id}"
    left, right = st.columns([2, 3], gap="medium")
    with left:
        title = st.text_input(
            word("import.image_title"),
            value=Path(upload.name).stem[:MAX_TITLE],
            max_chars=MAX_TITLE,
            key=f"{key}-title",
        )
        day = st.date_input(
            word("import.image_date"), value=None, key=f"{key}-date", format="YYYY-MM-DD"
        )
    with right:
        clouds = st.file_uploader(word("import.image_clouds"), type=MASK_TYPES, key=f"{key}-clouds")
    with st.container(horizontal=True, horizontal_alignment="right"):
        is_wanted = st.button(word("import.do_imagery"), type="primary", disabled=day is None)
    if not is_wanted or not isinstance(day, date):
        return None
    with busy(word("cli.bringing_image")):
        return _import(upload, clouds, title=title, day=day)


def _import(upload: Upload, clouds: Upload | None, *, title: str, day: date) -> ImageImported:
    with ExitStack() as files:
        path = files.enter_context(as_file(upload))
        mask = None if clouds is None else files.enter_context(as_file(clouds))
        return import_image(
            cached.store(),
            state.actor(),
            path,
            taken_on=day,
            at=cached.now(),
            title=title,
            clouds=mask,
        )


def say_imported(done: ImageImported) -> None:
    """Say what became of an image."""
    image = done.image
    said = {"image": image.id, "title": image.title, "day": image.taken_on}
    if done.outcome is Outcome.UNCHANGED:
        st.info(plain(word("cli.image_unchanged", **said)))
        return
    resolution = f"{image.resolution_m or 0:.2f}"
    percent = round((image.clear_share or 0) * 100)
    figures = {"resolution": resolution, "percent": percent, "crs": done.crs}
    st.success(plain(word("cli.image_done", **said, **figures)))
