"""What is known about the photos of a finding."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geo.model.things import Photo
from pages.parts.words import word


def show_photos(photos: Sequence[Photo]) -> None:
    """List photos with view, direction, place and time; the images come with a later field loop."""
    if not photos:
        st.caption(word("photos.none"))
        return
    table = pd.DataFrame(
        [
            {
                word("photos.file"): p.file,
                word("photos.view"): word(f"photos.{p.view}") if p.view else "",
                word("photos.azimuth"): p.azimuth_deg,
                word("photos.place"): _place(p),
                word("photos.taken"): p.taken_at.replace("T", " ")[:16],
            }
            for p in photos
        ]
    )
    st.dataframe(table, hide_index=True, height=176)


def _place(photo: Photo) -> str:
    if photo.lon is None or photo.lat is None:
        return ""
    return f"{photo.lon:.5f}, {photo.lat:.5f}"
