"""Taking back the last step: beside a patch, and in the sidebar for what was just done."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from geo.errors import SkyGroundError
from geo.model.stages import Verb
from geo.model.things import Actor, Patch
from geo.workflow.look import PatchStory
from geo.workflow.undo import is_undoable, undo
from pages.parts import cached, state
from pages.parts.acting import renew_actor
from pages.parts.guard import sentence
from pages.parts.undisturbed import undisturbed
from pages.parts.words import plain, word


def offer_undo(actor: Actor) -> None:
    """Say what this person did last, and offer to take it back as long as the rules allow it."""
    step = cached.last_step(actor)
    if step is None or not is_undoable(cached.store(), actor, step.event, at=cached.now()):
        return
    verb = step.event.verb
    with st.container(border=True, key="last-step"):
        if len(step.patches) == 1:
            st.caption(plain(word("undo.last_one", patch=step.patches[0].code, verb=verb)))
        else:
            st.caption(word("undo.last_many", count=len(step.patches), verb=verb))
        st.button(
            word("undo.offer", verb=verb),
            key="undo-last",
            width="stretch",
            on_click=partial(_take_back, step.patches, verb),
        )


def show_undo(story: PatchStory) -> None:
    """Offer to take back a patch's newest step, if this person may."""
    newest, actor = story.events[-1], state.actor()
    if not is_undoable(cached.store(), actor, newest, at=cached.now()):
        return
    st.button(
        word("undo.offer", verb=newest.verb),
        key=f"undo-{story.patch.key}",
        icon=":material/undo:",
        width="stretch",
        on_click=partial(_take_back, [story.patch], newest.verb),
    )


@undisturbed
def _take_back(shown: Sequence[Patch], verb: Verb) -> None:
    """Take back the step that was shown; if another has followed it, nothing is taken back."""
    try:
        renew_actor()
        undo(cached.store(), state.actor(), shown, at=cached.now())
    except SkyGroundError as error:
        state.notice(plain(sentence(error)), is_good=False)
        return
    state.notice(word("undo.done", verb=verb, count=len(shown)))
    if len(shown) == 1:
        state.set_patch(shown[0].key)
