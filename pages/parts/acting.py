"""Do what was asked of patches as they were shown, and say so when somebody else was faster.

A button's callback is given the patches as they stood on the screen when it was pressed. Read anew
they would always be the newest, and nobody would notice that the decision was made on older ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from geo.errors import OldVersion, SkyGroundError
from geo.model.things import Actor, Event, Patch
from geo.workflow.clock import local_day
from geo.workflow.conflict import Meanwhile, meanwhile
from geo.workflow.look import actor_of
from pages.parts import cached, state
from pages.parts.guard import sentence
from pages.parts.undisturbed import undisturbed
from pages.parts.words import moment, plain, stage_word, word

CONFLICT, REFUSAL = "conflict", "refusal"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done.

    Attributes
    ----------
    what
        In words, for whoever has to decide again.
    seen
        The patches as they were shown.
    act
        Does it to patches as they were seen, and gives the sentence that says it is done.
    after
        What follows on the screen when it is done.
    """

    what: str
    seen: tuple[Patch, ...]
    act: Callable[[Sequence[Patch]], str]
    after: Callable[[], None] | None = None


def attempt(wish: Wish) -> None:
    """Do it; what stands in the way is shown when the screen is drawn."""
    state.remember(CONFLICT, None)
    try:
        renew_actor()
        said = wish.act(wish.seen)
    except OldVersion:
        state.remember(CONFLICT, wish)
    except SkyGroundError as error:
        refuse(error)
    else:
        state.notice(said)
        if wish.after is not None:
            wish.after()


def renew_actor() -> None:
    """Ask once more what the person is: callbacks run before the frame has asked.

    Raises
    ------
    NotAllowed
        ``no_role``: the role in which the screen was shown was taken back meanwhile.
    """
    state.set_actor(standing_as(state.actor()))


def standing_as(actor: Actor) -> Actor:
    """Give how far somebody's role reaches now, for what runs long after a screen was drawn.

    Raises
    ------
    NotAllowed
        ``no_role``.
    """
    if actor.person in cached.roles_of(actor.code):
        return actor
    today = local_day(cached.store(), cached.now())
    return actor_of(cached.store(), actor.code, role=actor.role, on=today)


def refuse(error: SkyGroundError) -> None:
    """Keep what stood in the way, to be shown beside the button."""
    state.remember(REFUSAL, error)


def show_refusal() -> None:
    """Say once, beside the button, why what was asked could not be done."""
    error = state.remembered(REFUSAL)
    if isinstance(error, SkyGroundError):
        state.remember(REFUSAL, None)
        st.error(plain(sentence(error)))


def show_conflict() -> None:
    """Lay before a person what somebody else has done meanwhile, and ask what is to be."""
    wish = state.remembered(CONFLICT)
    if not isinstance(wish, Wish):
        return
    changed = meanwhile(cached.store(), state.actor(), wish.seen)
    ask = st.dialog(word("conflict.title"), width="medium", on_dismiss=_keep_theirs)(_ask)
    ask(wish, changed)


def _ask(wish: Wish, changed: Sequence[Meanwhile]) -> None:
    for one in changed[:SHOWN]:
        st.markdown(f"**{plain(one.seen.code)}**")
        for event in one.events:
            st.markdown(f"- {_told(event)}")
        if one.now is None:
            st.caption(word("conflict.out_of_sight"))
        else:
            st.caption(word("conflict.stands", stage=stage_word(one.now.stage)))
    if len(changed) > SHOWN:
        st.caption(word("conflict.more", count=len(changed) - SHOWN))
    st.markdown(word("conflict.mine", what=plain(wish.what)))
    theirs, mine = st.columns(2)
    theirs.button(word("conflict.keep"), on_click=_keep_theirs, width="stretch", type="primary")
    mine.button(
        word("conflict.again"),
        on_click=partial(_apply_again, wish, changed),
        disabled=any(one.now is None for one in changed),
        width="stretch",
    )


def _told(event: Event) -> str:
    told = f"{word(f'verb.{event.verb}')} · {plain(event.actor)} · {moment(event.at)}"
    return f"{told} · {plain(event.reason)}" if event.reason else told


@undisturbed
def _keep_theirs() -> None:
    state.remember(CONFLICT, None)
    state.notice(word("conflict.kept"))


@undisturbed
def _apply_again(wish: Wish, changed: Sequence[Meanwhile]) -> None:
    """Do it once more, on what the person has just been shown and nothing newer."""
    now = {one.seen.id: one.now for one in changed if one.now is not None}
    attempt(replace(wish, seen=tuple(now.get(patch.id, patch) for patch in wish.seen)))
