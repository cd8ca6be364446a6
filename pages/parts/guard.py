"""Errors as sentences: the only place of the screens that catches them."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import SkyGroundError
from geo.text import knows, say
from pages.parts import state
from pages.parts.words import plain


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error that the user can act on as a sentence, and keep the screen."""
    try:
        yield
    except SkyGroundError as error:
        st.error(plain(sentence(error)))


def sentence(error: SkyGroundError) -> str:
    """Say an error in the language of the screen.

    Where the general sentence speaks of options on the command line, screens have their own.
    """
    own = f"screen_error.{error.code}"
    key = own if knows(own) else f"error.{error.code}"
    return say(key, state.lang(), **error.values)
