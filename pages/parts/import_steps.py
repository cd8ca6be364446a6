"""The four steps across the top, and the buttons that lead from one to the next."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.parts import state
from pages.parts.import_draft import Draft, Step, change, draft, reachable
from pages.parts.undisturbed import undisturbed
from pages.parts.words import word

WISH = "import-wish"
_SIGNS = {Step.FILE: "①", Step.CONTENT: "②", Step.PLACE: "③", Step.CONFIRM: "④"}


def show_steps(current: Draft | None, furthest: Step) -> None:
    """Show where in the import one is; every step that can be reached can be gone to."""
    here = current.step if current else Step.FILE
    with st.container(horizontal=True, gap="small", key="import-steps"):
        for step in Step:
            name = f"{_SIGNS[step]} {word(f'wizard.step_{step.name.lower()}')}"
            is_here = step is here
            st.button(
                f"**{name}**" if is_here else name,
                type="secondary" if is_here else "tertiary",
                disabled=step > furthest or current is None,
                key=f"import-step-{step}",
                on_click=_wish,
                args=(step,),
            )


def show_next(current: Draft, *, hindrance: str = "") -> None:
    """Show the way on and the way back; what is in the way is said beside them."""
    with foot(f":small[{hindrance}]" if hindrance else ""):
        if current.step > Step.FILE:
            show_back(current)
        onward = Step(current.step + 1)
        st.button(
            word("wizard.next", step=word(f"wizard.step_{onward.name.lower()}")),
            type="primary",
            disabled=bool(hindrance),
            key="import-next",
            on_click=_wish,
            args=(onward,),
        )


def show_back(current: Draft) -> None:
    """Show the way back."""
    before = Step(current.step - 1)
    st.button(word("wizard.back"), key="import-back", on_click=_wish, args=(before,))


@contextmanager
def foot(said: str) -> Iterator[None]:
    """Keep the buttons at the lower right of the screen, with what there is to say beside them."""
    with st.container(key="import-foot"):
        words, buttons = st.columns([3, 3], vertical_alignment="center")
        words.markdown(said)
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            yield


@undisturbed
def _wish(step: Step) -> None:
    state.remember(WISH, step)


def follow_wish() -> None:
    """Go to the step that was asked for, once all that was said in this one is kept.

    A click is put aside as soon as it comes, and let go of only when it was followed: a map that
    reports at the same moment makes the page run anew, at any touch of the session's state, and the
    click would be lost.
    """
    wanted, current = state.remembered(WISH), draft()
    if not isinstance(wanted, Step):
        return
    if current is not None and current.step is not wanted and wanted <= reachable(current):
        change(current, step=wanted)
        state.remember(WISH, None)
        st.rerun()
    state.remember(WISH, None)
