"""Review: one finding at a time beside the map; pass or return, and the next one opens."""

import streamlit as st

from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.model.things import Patch
from geo.workflow import review as reviewing
from geo.workflow.clock import local_day
from geo.workflow.look import PatchStory, find, story
from pages.parts import cached, state
from pages.parts.guard import guarded
from pages.parts.patch_map import around, keys_of, show_patches
from pages.parts.patch_panel import show_facts, show_finding, show_heading, show_history
from pages.parts.photos import show_photos
from pages.parts.words import deadline, empty, word

QUEUE_SHOWN = 200
today = local_day(cached.store(), cached.now())


def queue() -> list[Patch]:
    """List what waits for this person's judgement, overdue first."""
    stages = reviewing.reviewable_stages(state.actor(), cached.store().rules())
    if not stages:
        return []
    return find(cached.store(), state.actor(), PatchFilter(stages=stages), limit=QUEUE_SHOWN)


def step(keys: list[str], current: str, by: int) -> None:
    """Go to the next or the previous patch of the queue."""
    state.set_patch(keys[(keys.index(current) + by) % len(keys)])


def judge(patch: Patch, keys: list[str], *, is_passed: bool, reason: str, back_to: Stage) -> None:
    """Write the judgement and open the next patch."""
    with guarded():
        reviewing.review(
            cached.store(),
            state.actor(),
            patch,
            is_passed=is_passed,
            reason=reason,
            return_to=back_to,
            at=cached.now(),
        )
        key = "review.passed" if is_passed else "review.returned"
        state.notice(word(key, patch=patch.code))
        rest = [k for k in keys if k != patch.key]
        state.set_patch(rest[min(keys.index(patch.key), len(rest) - 1)] if rest else None)
        st.rerun()


def verdict(told: PatchStory, keys: list[str]) -> None:
    """Offer the two judgements; a return asks for its reason."""
    reason = st.text_input(
        word("review.reason"),
        key=f"reason.{told.patch.key}.{told.patch.version}",
        placeholder=word("review.reason_hint"),
    )
    targets = [Stage.ASSIGNED]
    if told.patch.stage is not Stage.VERIFIED:
        targets.append(Stage.VERIFIED)
    back_to = targets[0]
    if len(targets) > 1:
        back_to = st.radio(
            word("review.back_to"),
            targets,
            format_func={s: word(f"stage.{s}") for s in targets}.__getitem__,
        )
    left, right = st.columns(2)
    # T for 退回: Streamlit keeps R for itself.
    if left.button(word("review.return"), width="stretch", shortcut="t"):
        judge(told.patch, keys, is_passed=False, reason=reason, back_to=back_to)
    if right.button(word("review.pass"), type="primary", width="stretch", shortcut="p"):
        judge(told.patch, keys, is_passed=True, reason=reason, back_to=back_to)


def choose_from(waiting: list[Patch], keys: list[str], current: str) -> None:
    """Show the queue; another patch is a click or a key away."""
    labels = {p.key: f"{p.code} · {deadline(p.due, p.stage, today)}" for p in waiting}
    chosen = st.selectbox(
        word("review.queue", count=len(keys)),
        keys,
        index=keys.index(current),
        format_func=labels.__getitem__,
    )
    if chosen != current:
        state.set_patch(chosen)
        st.rerun()


waiting = queue()
if not waiting:
    st.title(word("page.review"))
    empty("review.nothing")
    st.stop()
keys = [p.key for p in waiting]
wanted = state.patch()
current = wanted if wanted in keys else keys[0]
told = story(cached.store(), state.actor(), current)
left, right = st.columns([1.7, 1])
with left:
    top = st.columns([4, 1, 1], vertical_alignment="bottom")
    with top[0]:
        choose_from(waiting, keys, current)
    top[1].button(word("review.previous"), on_click=step, args=(keys, current, -1), shortcut="k")
    top[2].button(word("review.next"), on_click=step, args=(keys, current, 1), shortcut="j")
    frame = cached.patches(state.actor())
    show_patches(
        "review",
        frame[keys_of(frame).isin(keys)],
        today=today,
        fit=around(told.outline),
        fit_token=current,
        chosen=current,
        height=380,
        on_choice=state.set_patch,
    )
    if told.findings:
        show_photos(told.findings[0].photos)
with right, st.container(border=True):
    show_heading(told, today)
    verdict(told, keys)
    show_finding(told)
    show_facts(told)
    show_history(told)
