"""Taking back the last step: beside a patch, and in the sidebar for what was just done."""

from collections.abc import Sequence

import streamlit as st

from geo.model.stages import Verb
from geo.model.things import Actor, Patch
from geo.workflow.look import PatchStory
from geo.workflow.undo import is_undoable, undo
from pages.parts import cached, state
from pages.parts.guard import guarded
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
        if st.button(word("undo.offer", verb=verb), key="undo-last", width="stretch"):
            _take_back(actor, step.patches, verb)


def show_undo(story: PatchStory) -> None:
    """Offer to take back a patch's newest step, if this person may."""
    newest, actor = story.events[-1], state.actor()
    if not is_undoable(cached.store(), actor, newest, at=cached.now()):
        return
    label = word("undo.offer", verb=newest.verb)
    if st.button(label, key=f"undo-{story.patch.key}", icon=":material/undo:", width="stretch"):
        _take_back(actor, [story.patch], newest.verb)


def _take_back(actor: Actor, patches: Sequence[Patch], verb: Verb) -> None:
    with guarded():
        undo(cached.store(), actor, patches, at=cached.now())
        state.notice(word("undo.done", verb=verb, count=len(patches)))
        if len(patches) == 1:
            state.set_patch(patches[0].key)
        st.rerun()
