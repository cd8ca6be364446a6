"""Cases: what is reviewed comes to its end, lawful at once, unlawful through its case."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Stage
from geo.model.things import Patch
from geo.workflow.clock import local_day
from geo.workflow.close import CaseStep, advance_case, close, reopen
from geo.workflow.look import PatchStory, story
from geo.workflow.patch_layer import fits
from geo.workflow.patch_rows import KEY
from geo.workflow.today import Duty, duty_filters
from pages.parts import cached, state
from pages.parts.acting import Wish, attempt, show_refusal
from pages.parts.patch_map import around, show_patches
from pages.parts.patch_panel import show_facts, show_finding, show_heading, show_history
from pages.parts.patch_table import choose_row
from pages.parts.undisturbed import undisturbed
from pages.parts.words import empty, word

NEXT_STEP = {Stage.CASE_OPEN: CaseStep.RECTIFY, Stage.RECTIFYING: CaseStep.ACCEPT}
UNDER_WAY = (Stage.CASE_OPEN, Stage.RECTIFYING, Stage.ACCEPTED)
KINDS = ("to_close", "cases", "closed")

today = local_day(cached.store(), cached.now())


def wanted(kind: str) -> PatchFilter:
    """Say which patches a list holds."""
    if kind == "closed":
        return PatchFilter(stages=tuple(s for s in Stage if s in CLOSED_STAGES))
    return duty_filters(state.actor(), cached.store().rules(), today=today)[Duty(kind)]


def first_kind() -> str:
    """Open the list that holds the patch one comes from, or what a card has led to."""
    chosen = cached.patches(state.actor()).of_keys(filter(None, [state.patch()]))
    if state.duty() == Duty.CASES or set(chosen.stages) & set(UNDER_WAY):
        return "cases"
    return "closed" if CLOSED_STAGES & set(chosen.stages) else "to_close"


def next_step(patch: Patch) -> str:
    """Name what can be done with a patch now."""
    if patch.stage in CLOSED_STAGES:
        return "reopen"
    if patch.stage in NEXT_STEP:
        return NEXT_STEP[patch.stage]
    if patch.stage is Stage.ACCEPTED:
        return "close_off"
    return CaseStep.OPEN if patch.verdict == "unlawful" else "close"


@undisturbed
def take_step(seen: Patch, step: str) -> None:
    """Do it to the patch as it was shown, and say where it stands now."""
    reason = state.entered(reason_key(seen))

    def act(patches: Sequence[Patch]) -> str:
        store, actor, at = cached.store(), state.actor(), cached.now()
        if step in {"close", "close_off"}:
            stage = close(store, actor, patches[0], reason=reason, at=at)
        elif step == "reopen":
            stage = reopen(store, actor, patches[0], reason=reason, at=at)
        else:
            stage = advance_case(store, actor, patches[0], CaseStep(step), reason=reason, at=at)
        return word("cli.stage_now", patch=seen.code, stage=stage)

    what = f"{word(f'cases.{step}')} {reason}".strip()
    attempt(Wish(what, (seen,), act, partial(state.set_patch, None)))


def reason_key(patch: Patch) -> str:
    """Name the field for the reason."""
    return f"reason.{patch.key}.{patch.version}"


def panel(told: PatchStory) -> None:
    """Show one patch with the one step that is possible."""
    show_heading(told, today)
    step = next_step(told.patch)
    st.caption(word(f"cases.why_{step}"))
    st.text_input(word("review.reason"), key=reason_key(told.patch))
    st.button(
        word(f"cases.{step}"),
        # Of this patch's own: the second half of a double click shall not reach the next one.
        key=f"{step}.{told.patch.key}.{told.patch.version}",
        type="primary",
        width="stretch",
        on_click=partial(take_step, told.patch, step),
    )
    show_refusal()
    show_finding(told)
    show_facts(told)
    show_history(told)


def main() -> None:
    """Show the list that was chosen and one patch of it."""
    st.title(word("page.cases"))
    kind = st.segmented_control(
        word("page.cases"),
        KINDS,
        key="cases.kind",  # keeps the choice while the default moves with the chosen patch
        default=first_kind(),
        format_func={k: word(f"cases.list_{k}") for k in KINDS}.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    everything = cached.patches(state.actor())
    listed = everything.some(fits(everything, wanted(kind)))
    if listed.empty:
        empty(f"cases.nothing_{kind}")
        st.stop()
    if state.patch() not in listed:
        state.set_patch(listed.first_due(1)[KEY][0])
    told = story(cached.store(), state.actor(), str(state.patch()))
    left, right = st.columns([1.7, 1])
    with left:
        show_patches(
            "cases",
            listed,
            (wanted(kind),),
            today=today,
            fit=around(told.outline),
            fit_token=told.patch.key,
            chosen=told.patch.key,
            height=330,
            on_choice=state.set_patch,
        )
        choose_row("cases", listed, today=today)
    with right, st.container(border=True):
        panel(told)


main()
