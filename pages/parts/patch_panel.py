"""One patch beside the map: what it is, what was found, what happened."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from geo.model import columns as c
from geo.model.alerts import alert_reason
from geo.model.origin import Origin
from geo.model.stages import OFFICE
from geo.model.things import Event, Finding, Patch
from geo.workflow.look import PatchStory
from geo.workflow.redelivery import settle_alert
from pages.parts import cached, state
from pages.parts.acting import Wish, attempt, show_refusal
from pages.parts.navigation import screens_for
from pages.parts.undisturbed import undisturbed
from pages.parts.undo import show_undo
from pages.parts.words import area, deadline, moment, pairs, plain, stage_word, word

ABSENT = "—"


def show_heading(story: PatchStory, today: date) -> None:
    """Say which patch it is, where it stands, and how it is with its deadline."""
    patch = story.patch
    st.markdown(f"### {plain(patch.code)}")
    line = f"{stage_word(patch.stage)} · {deadline(patch.due, patch.stage, today)}"
    if patch.is_overdue(today):
        st.markdown(f":red[**{line}**]")
    else:
        st.markdown(f"**{line}**")


def show_alert(story: PatchStory) -> None:
    """Say what a corrected delivery has changed; whoever looked at it says so with a reason."""
    patch = story.patch
    if patch.alert is None:
        return
    st.warning(plain(alert_reason(patch, state.lang())))
    if state.actor().role not in OFFICE:
        return
    with st.popover(word("panel.settle"), width="stretch"):
        reason = st.text_input(word("panel.settle_reason"), key=f"settle-{patch.key}")
        st.button(
            word("panel.settle_now"),
            type="primary",
            disabled=not reason.strip(),
            on_click=partial(_settle, patch, reason),
        )
    show_refusal()


@undisturbed
def _settle(seen: Patch, reason: str) -> None:
    def act(patches: Sequence[Patch]) -> str:
        settle_alert(cached.store(), state.actor(), patches[0], reason=reason, at=cached.now())
        return plain(word("panel.settled", patch=seen.code))

    attempt(Wish(f"{word('panel.settle_now')} {reason}", (seen,), act))


def show_facts(story: PatchStory) -> None:
    """Show what was delivered."""
    patch, lang = story.patch, state.lang()
    facts = {
        "column.area": area(patch.area_ha),
        "column.cause": story.causes.name(patch.cause, lang) if patch.cause else ABSENT,
        "column.land": f"{patch.land_before or ABSENT} → {patch.land_after or ABSENT}",
        "column.grid_code": patch.grid_code or word("locate.outside"),
        "column.assignee": patch.assignee or ABSENT,
        "column.batch": patch.batch,
        "column.origin": word(f"origin.{story.origin}"),
        "column.confidence": _confidence(story),
        "column.images": " → ".join(filter(None, (patch.image_before, patch.image_after))),
        "column.remark": patch.remark,
    }
    pairs({word(key): value for key, value in facts.items() if value})


def _confidence(story: PatchStory) -> str:
    """Say how sure the program is of what it found itself."""
    value = story.patch.attributes.get(c.CONFIDENCE)
    is_known = story.origin is Origin.MACHINE and isinstance(value, float | int)
    return f"{value:.0%}" if is_known else ""


def show_attributes(story: PatchStory) -> None:
    """Show every original attribute as it was delivered."""
    with st.expander(word("panel.attributes")):
        pairs({k: v for k, v in story.patch.attributes.items() if v not in (None, "")})


def show_finding(story: PatchStory) -> None:
    """Compare what was found with what the sky said; differences are marked."""
    if not story.findings:
        st.caption(word("panel.no_finding"))
        return
    finding, patch, causes = story.findings[0], story.patch, story.causes
    lang = state.lang()
    rows = [
        ("panel.cause", causes.name(patch.cause, lang), causes.name(finding.cause, lang)),
        ("column.land_before", patch.land_before, finding.land_before),
        ("column.land_after", patch.land_after, finding.land_after),
    ]
    compared = pd.DataFrame(
        [
            {
                " ": word(key),
                word("panel.from_sky"): sky or ABSENT,
                word("panel.on_ground"): _marked(sky, ground),
            }
            for key, sky, ground in rows
        ]
    )
    verdict = word("verdict.unlawful" if finding.unlawful else "verdict.lawful")
    st.markdown(f"**{word('panel.found')}: {verdict}**")
    st.table(compared.set_index(" "))
    _finding_note(finding)


def _marked(sky: str, ground: str) -> str:
    """Mark what the ground says otherwise; where the sky said nothing there is no difference."""
    return f"≠ {ground}" if sky and ground and ground != sky else ground or ABSENT


def _finding_note(finding: Finding) -> None:
    when = finding.surveyed_at.replace("T", " ")[:16]
    said = word("panel.surveyed", surveyor=finding.surveyor, when=when, photos=len(finding.photos))
    st.caption(plain(said))
    if finding.note:
        st.text(finding.note)


def show_history(story: PatchStory) -> None:
    """Show what happened, newest first."""
    with st.expander(word("panel.history", count=len(story.events)), expanded=True):
        show_undo(story)
        lead_to_history(story.patch.key)
        for event in reversed(story.events):
            st.markdown(_told(event))


def lead_to_history(key: str) -> None:
    """Offer the screen that shows what was known of this patch on any day."""
    if "history" not in {screen.name for screen in screens_for(state.actor().role)}:
        return
    if st.button(word("panel.go_history"), type="tertiary", icon=":material/history:"):
        state.set_patch(key)
        st.switch_page("history.py")


def _told(event: Event) -> str:
    who = plain(event.actor)
    told = f"**{word(f'verb.{event.verb}')}** · {who} · {moment(event.at)}"
    what = [_change(name, value) for name, value in event.changes.items() if name in _TOLD]
    said = " · ".join(filter(None, [*what, event.reason]))
    shown = event.verb != "imported" and said
    return f"{told}  \n{plain(said)}" if shown else told


_TOLD = ("grid_code", "assignee", "due")


def _change(name: str, value: object) -> str:
    return f"{word(f'column.{name}')} {value}" if value else ""
