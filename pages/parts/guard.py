"""Errors as sentences: the only place of the screens that catches them."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import SkyGroundError
from geo.text import say
from pages.parts import state


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error that the user can act on as a sentence, and keep the screen."""
    try:
        yield
    except SkyGroundError as error:
        st.error(sentence(error))


def sentence(error: SkyGroundError) -> str:
    """Say an error in the language of the screen."""
    return say(f"error.{error.code}", state.lang(), **error.values)
