"""Review: one finding at a time beside the map; pass or return, and the next one opens."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from geo.errors import SkyGroundError
from geo.maps.images import Comparing
from geo.maps.map_tools import FIT, KEYS
from geo.maps.view import Bounds
from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.model.things import Patch, ReviewLock
from geo.workflow import review as reviewing
from geo.workflow.clock import local_day
from geo.workflow.look import PatchStory, find_by_id, story
from geo.workflow.patch_layer import fits
from geo.workflow.patch_rows import Patches
from pages.parts import cached, state
from pages.parts.acting import Wish, attempt, show_refusal
from pages.parts.guard import sentence
from pages.parts.images import images_of, show_lacks
from pages.parts.map_tools import tools_of
from pages.parts.patch_map import around, box_of, show_patches
from pages.parts.patch_panel import show_facts, show_finding, show_heading, show_history
from pages.parts.photos import show_photos
from pages.parts.undisturbed import undisturbed
from pages.parts.words import deadline, empty, moment, plain, word

QUEUE_SHOWN = 200
QUEUE = "review.queue"
today = local_day(cached.store(), cached.now())


def queue(everything: Patches) -> list[Patch]:
    """List what waits for this person's judgement, overdue first."""
    (wanted,) = waiting_filter()
    if not wanted.stages:
        return []
    waiting = everything.some(fits(everything, wanted))
    ids = waiting.first_due(QUEUE_SHOWN)["id"].tolist()
    # Somebody may have judged one since.
    found = find_by_id(cached.store(), state.actor(), ids)
    return [patch for patch in found if patch.stage in wanted.stages]


def waiting_filter() -> tuple[PatchFilter]:
    """Say which patches this person may judge."""
    stages = reviewing.reviewable_stages(state.actor(), cached.store().rules())
    return (PatchFilter(stages=stages),)


@undisturbed
def go_to(key: str) -> None:
    """Go to another patch of the queue."""
    state.set_patch(key)


@undisturbed
def judge(seen: Patch, following: str | None, *, is_passed: bool) -> None:
    """Write the judgement on what was shown, and open the patch that follows."""
    reason = state.entered(reason_key(seen))
    back_to = Stage(state.entered(target_key(seen)) or Stage.ASSIGNED)

    def act(patches: Sequence[Patch]) -> str:
        reviewing.review(
            cached.store(),
            state.actor(),
            patches[0],
            is_passed=is_passed,
            reason=reason,
            return_to=back_to,
            at=cached.now(),
        )
        return word("review.passed" if is_passed else "review.returned", patch=seen.code)

    what = word("review.pass" if is_passed else "review.return")
    attempt(Wish(f"{what} {reason}".strip(), (seen,), act, partial(state.set_patch, following)))


def reason_key(patch: Patch) -> str:
    """Name the field for the reason."""
    return f"reason.{patch.key}.{patch.version}"


def target_key(patch: Patch) -> str:
    """Name the choice of where a return leads."""
    return f"target.{patch.key}.{patch.version}"


def hold(patch: Patch) -> bool:
    """Keep the patch for whoever looks at it; say so if somebody else was there first."""
    try:
        lock = reviewing.hold(cached.store(), state.actor(), patch.id, at=cached.now())
    except SkyGroundError as error:  # it left the territory since the queue was drawn
        st.error(plain(sentence(error)))
        return False
    if lock.person == state.actor().code:
        state.remember(state.HOLDS, value=True)
        return True
    until = moment(lock.until)
    st.warning(plain(word("review.held", person=lock.person, until=until)))
    return False


def verdict(told: PatchStory, following: str | None) -> None:
    """Offer the two judgements; a return asks for its reason."""
    is_held = not hold(told.patch)
    st.text_input(
        word("review.reason"),
        key=reason_key(told.patch),
        placeholder=word("review.reason_hint"),
    )
    targets = [Stage.ASSIGNED]
    if told.patch.stage is not Stage.VERIFIED:
        targets.append(Stage.VERIFIED)
    if len(targets) > 1:
        st.radio(
            word("review.back_to"),
            targets,
            format_func={s: word(f"stage.{s}") for s in targets}.__getitem__,
            key=target_key(told.patch),
        )
    left, right = st.columns(2)
    # A key of this patch's own: the second half of a double click shall not judge the next one.
    seen = f"{told.patch.key}.{told.patch.version}"
    # T for 退回: Streamlit keeps R for itself.
    left.button(
        word("review.return"),
        key=f"return.{seen}",
        width="stretch",
        shortcut="t",
        disabled=is_held,
        on_click=partial(judge, told.patch, following, is_passed=False),
    )
    right.button(
        word("review.pass"),
        key=f"pass.{seen}",
        type="primary",
        width="stretch",
        shortcut="p",
        disabled=is_held,
        on_click=partial(judge, told.patch, following, is_passed=True),
    )
    show_refusal()


def held_by_others(waiting: list[Patch]) -> dict[int, ReviewLock]:
    """Tell which patches of the queue others look at."""
    ids = [p.id for p in waiting]
    return reviewing.held_by_others(cached.store(), state.actor(), ids, at=cached.now())


@undisturbed
def take_chosen() -> None:
    """Open the patch that was chosen from the queue."""
    state.set_patch(state.entered(QUEUE))


def choose_from(waiting: list[Patch], keys: list[str], current: str) -> None:
    """Show the queue; another patch is a click or a key away."""
    others = held_by_others(waiting)
    labels = {
        p.key: f"{'🔒 ' if p.id in others else ''}{p.code} · {deadline(p.due, p.stage, today)}"
        for p in waiting
    }
    # Under one name: Streamlit keeps what it knows of every list that a session was ever shown.
    state.put(QUEUE, current)
    st.selectbox(
        word("review.queue", count=len(keys)),
        keys,
        format_func=labels.__getitem__,
        key=QUEUE,
        on_change=take_chosen,
    )


def next_of(keys: list[str], current: str) -> str | None:
    """Name the patch that is opened when this one is judged."""
    rest = [key for key in keys if key != current]
    return rest[min(keys.index(current), len(rest) - 1)] if rest else None


def following(
    everything: Patches, waiting: list[Patch], key: str | None
) -> tuple[Patch, Bounds] | None:
    """Give the patch that is opened when this one is judged, and where it lies."""
    patch = next((one for one in waiting if one.key == key), None)
    box = box_of(everything, key)
    return None if patch is None or box is None else (patch, box)


def main() -> None:
    """Show the queue, the finding and the two judgements."""
    everything = cached.patches(state.actor())
    waiting = queue(everything)
    if not waiting:
        st.title(word("page.review"))
        empty("review.nothing")
        st.stop()
    keys = [p.key for p in waiting]
    wanted = state.patch()
    if wanted not in keys:
        taken = held_by_others(waiting)
        wanted = next((p.key for p in waiting if p.id not in taken), keys[0])
        state.set_patch(wanted)
    current = str(wanted)
    told = story(cached.store(), state.actor(), current)
    left, right = st.columns([1.7, 1])
    with left:
        top = st.columns([4, 1, 1], vertical_alignment="bottom")
        with top[0]:
            choose_from(waiting, keys, current)
        place = keys.index(current)
        before, after = keys[place - 1], keys[(place + 1) % len(keys)]
        top[1].button(word("review.previous"), on_click=go_to, args=(before,), shortcut="k")
        top[2].button(word("review.next"), on_click=go_to, args=(after,), shortcut="j")
        show_patches(
            "review",
            everything.of_keys(keys),
            waiting_filter(),
            today=today,
            fit=around(told.outline),
            fit_token=current,
            chosen=current,
            height=380,
            on_choice=state.set_patch,
            tools=tools_of(
                "review",
                (FIT, KEYS),
                today=today,
                title=f"{word('page.review')} {told.patch.code}",
                goal=around(told.outline),
                keys="JKFBPT",
            ),
            images=images_of(
                told.patch,
                prefers=Comparing.SIDE,
                opens=True,
                following=following(everything, waiting, next_of(keys, current)),
            ),
        )
        if told.findings:
            show_photos(told.findings[0].photos)
    with right, st.container(border=True):
        show_heading(told, today)
        show_lacks(told.patch)
        verdict(told, next_of(keys, current))
        show_finding(told)
        show_facts(told)
        show_history(told)


main()
