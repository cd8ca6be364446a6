"""People: who holds which role where, given and taken back by an administrator."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from geo.errors import SkyGroundError
from geo.model.stages import Level, Role
from geo.model.things import Grant
from geo.workflow import grants as granting
from geo.workflow.clock import local_day
from pages.parts import cached, state
from pages.parts.acting import refuse, renew_actor, show_refusal
from pages.parts.undisturbed import undisturbed
from pages.parts.words import empty, plain, word

FORM = "grant"
ROW_PX = 33
TABLE_PX = 530
WHOLE, UNIT, GRID = "whole", "unit", "grid"

today = local_day(cached.store(), cached.now())


def place_word(grant: Grant) -> str:
    """Say where a role holds."""
    return grant.grid_code or grant.admin_code or word("place.everywhere")


def role_word(grant: Grant) -> str:
    """Say a role with its level of review."""
    level = f" · {word(f'level.{grant.level}')}" if grant.level else ""
    return f"{word(f'role.{grant.role}')}{level}"


def table_of(found: list[Grant], names: dict[str, str]) -> pd.DataFrame:
    """Write grants as the rows of a table."""
    rows = [
        {
            word("people.code"): grant.person,
            word("people.label"): names.get(grant.person, ""),
            word("people.role"): role_word(grant),
            word("people.place"): place_word(grant),
            word("people.first"): str(grant.valid_from or ""),
            word("people.last"): str(grant.valid_until or ""),
            word("people.state"): word(f"grant.{grant.standing_on(today)}"),
        }
        for grant in found
    ]
    return pd.DataFrame(rows)


def choose(found: list[Grant], names: dict[str, str]) -> Grant | None:
    """Show the grants; one of them can be ticked."""
    event = st.dataframe(
        table_of(found, names),
        hide_index=True,
        height=min(ROW_PX * (len(found) + 1) + 3, TABLE_PX),
        row_height=ROW_PX,
        on_select="rerun",
        selection_mode="single-row",
        key=f"grants-{state.round_of(FORM)}",
    )
    ticked = event["selection"]["rows"]
    return found[ticked[0]] if ticked and ticked[0] < len(found) else None


@undisturbed
def take_back(grant: Grant) -> None:
    """Take a role back, and say so."""
    try:
        renew_actor()
        granting.take_back(cached.store(), state.actor(), int(grant.id or 0), at=cached.now())
    except SkyGroundError as error:
        refuse(error)
        return
    state.begin_anew(FORM)
    state.notice(word("people.taken", person=plain(grant.person), role=role_word(grant)))


@undisturbed
def give(role: Role, place: str, first: date | None, last: date | None) -> None:
    """Give a role as it was filled in, and say so."""
    unit = state.entered(key_of("unit")).strip() if place == UNIT else ""
    level = state.entered(key_of("level"))
    wanted = Grant(
        state.entered(key_of("person")),
        role,
        Level(level) if level and role is Role.INSPECTOR else None,
        admin_code=None if place == GRID else unit,
        grid_code=state.entered(key_of("grid")).strip() if place == GRID else None,
        valid_from=first,
        valid_until=last,
    )
    label = state.entered(key_of("label"))
    try:
        renew_actor()
        granting.give_role(cached.store(), state.actor(), wanted, at=cached.now(), label=label)
    except SkyGroundError as error:
        refuse(error)
        return
    state.begin_anew(FORM)
    state.notice(word("people.given", person=plain(wanted.person), role=role_word(wanted)))


def key_of(field: str) -> str:
    """Name a field of the form; after a role was given all are empty again."""
    return f"{FORM}.{field}.{state.round_of(FORM)}"


def form() -> None:
    """Ask who gets which role where and until when."""
    st.markdown(f"**{word('people.give')}**")
    who, called = st.columns(2)
    who.text_input(word("people.code"), key=key_of("person"))
    called.text_input(word("people.label"), key=key_of("label"), placeholder=word("people.if_new"))
    kind, review = st.columns(2)
    roles: list[Role] = list(Role)
    role = kind.selectbox(
        word("people.role"),
        roles,
        index=roles.index(Role.RANGER),
        format_func=lambda one: word(f"role.{one}"),
        key=key_of("role"),
    )
    review.selectbox(
        word("people.level"),
        ["", *Level],
        format_func=lambda one: word(f"level.{one}") if one else word("people.any_level"),
        disabled=role is not Role.INSPECTOR,
        key=key_of("level"),
    )
    places = [WHOLE, UNIT, GRID] if state.actor().is_everywhere else [UNIT, GRID]
    place = st.radio(
        word("people.place"),
        places,
        index=places.index(UNIT),
        format_func=lambda one: word(f"people.place_{one}"),
        horizontal=True,
        key=key_of("place"),
    )
    if place != WHOLE:
        asked = "people.admin_code" if place == UNIT else "column.grid_code"
        st.text_input(word(asked), key=key_of(place))
    begins, ends = st.columns(2)
    first = begins.date_input(word("people.first"), None, format="YYYY-MM-DD", key=key_of("first"))
    last = ends.date_input(word("people.last"), None, format="YYYY-MM-DD", key=key_of("last"))
    st.button(
        word("people.give_now"),
        type="primary",
        width="stretch",
        on_click=partial(give, role, place, first, last),
    )


def main() -> None:
    """Show who holds which role on the left and the form on the right."""
    st.title(word("page.people"))
    names = {p.code: p.label for p in cached.colleagues(state.actor())}
    left, right = st.columns([2.2, 1])
    with left:
        wanted = st.text_input(
            word("people.search"), placeholder=word("people.search"), label_visibility="collapsed"
        )
        found = granting.grants(cached.store(), state.actor())
        if wanted:
            sought = wanted.lower()
            found = [g for g in found if sought in f"{g.person} {names.get(g.person)}".lower()]
        ended = st.toggle(word("people.with_ended"))
        shown = [g for g in found if ended or g.standing_on(today) in {"holds", "to_come"}]
        ticked = choose(shown, names) if shown else None
        st.caption(word("people.tick"))
        if not shown:
            empty("people.nobody")
    with right, st.container(border=True):
        show_refusal()
        if ticked is not None and ticked.revoked_at is None:
            st.markdown(
                f"**{plain(ticked.person)}** · {role_word(ticked)} · {plain(place_word(ticked))}"
            )
            st.caption(word("people.take_hint"))
            st.button(
                word("people.take"),
                type="primary",
                width="stretch",
                on_click=partial(take_back, ticked),
            )
        else:
            form()


main()
