"""The four steps across the top, and the buttons that lead from one to the next."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.parts.import_draft import Draft, Step, change
from pages.parts.words import word

_SIGNS = {Step.FILE: "①", Step.CONTENT: "②", Step.PLACE: "③", Step.CONFIRM: "④"}


def show_steps(current: Draft | None, furthest: Step) -> None:
    """Show where in the import one is; every step that can be reached can be gone to."""
    here = current.step if current else Step.FILE
    with st.container(horizontal=True, gap="small", key="import-steps"):
        for step in Step:
            name = f"{_SIGNS[step]} {word(f'wizard.step_{step.name.lower()}')}"
            is_here = step is here
            if st.button(
                f"**{name}**" if is_here else name,
                type="secondary" if is_here else "tertiary",
                disabled=step > furthest or current is None,
                key=f"import-step-{step}",
            ):
                go(current, step)


def show_next(current: Draft, *, hindrance: str = "") -> None:
    """Show the way on and the way back; what is in the way is said beside them."""
    with foot(f":small[{hindrance}]" if hindrance else ""):
        if current.step > Step.FILE and st.button(word("wizard.back"), key="import-back"):
            go(current, Step(current.step - 1))
        onward = Step(current.step + 1)
        label = word("wizard.next", step=word(f"wizard.step_{onward.name.lower()}"))
        if st.button(label, type="primary", disabled=bool(hindrance), key="import-next"):
            go(current, onward)


@contextmanager
def foot(said: str) -> Iterator[None]:
    """Keep the buttons at the lower right of the screen, with what there is to say beside them."""
    with st.container(key="import-foot"):
        words, buttons = st.columns([3, 3], vertical_alignment="center")
        words.markdown(said)
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            yield


def go(current: Draft | None, step: Step) -> None:
    """Go to a step."""
    if current is not None and current.step is not step:
        change(current, step=step)
        st.rerun()
