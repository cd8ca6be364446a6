"""What a person has chosen, kept while they work; no other file of the screens keeps any.

Language, person, the chosen patch and what the patches are narrowed down to also stand in the
address, so that a reload or a link to a colleague opens the same thing. (the map keeps its own
view, see `pages.parts.map_report`.)
"""

from collections.abc import Sequence
from typing import cast

import streamlit as st

from geo.model.stages import Role
from geo.model.things import Actor
from geo.text import LANG_NAMES, LANGS, Lang, say

HOLDS = "holding"  # whether a patch is kept from others on the screen Review
_LANG, _PERSON, _PATCH, _DUTY, _NOTICE = "lang", "person", "patch", "duty", "notice"
_ROLE = "role"
_COLOUR = "colour"


def lang() -> Lang:
    """Tell the language of the screen: chosen, else from the address, else the browser's."""
    if _LANG not in st.session_state:
        wanted = st.query_params.get(_LANG) or (st.context.locale or "zh")
        st.session_state[_LANG] = "zh" if wanted.lower().startswith("zh") else "en"
    return cast("Lang", st.session_state[_LANG])


def choose_lang() -> None:
    """Show the switch of languages."""
    lang()
    chosen = st.radio(
        say("frame.language", lang()),
        LANGS,
        index=LANGS.index(lang()),
        format_func=LANG_NAMES.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
    )
    if chosen != lang():
        st.session_state[_LANG] = chosen
        st.query_params[_LANG] = chosen
        st.rerun()


def person(known: list[str], default: str) -> str:
    """Tell as whom the person works: chosen, else from the address, else the default."""
    wanted = st.session_state.get(_PERSON) or st.query_params.get(_PERSON)
    working = wanted if wanted in known else default
    # Kept, so that somebody new in the list never changes on whose behalf the screen works.
    st.session_state[_PERSON] = working
    return working


def set_person(code: str) -> None:
    """Work as another person; what they had not chosen themselves is dropped."""
    st.session_state[_PERSON] = code
    st.query_params[_PERSON] = code
    st.session_state.pop(_DUTY, None)


def role(known: list[Role], default: Role) -> Role:
    """Tell in which of their roles the person works: chosen, else from the address."""
    wanted = st.session_state.get(_ROLE) or st.query_params.get(_ROLE)
    working = wanted if wanted in known else default
    st.session_state[_ROLE] = working
    return Role(working)


def set_role(chosen: Role) -> None:
    """Work in another role; what the person had not chosen themselves is dropped."""
    st.session_state[_ROLE] = chosen
    st.query_params[_ROLE] = chosen.value
    st.session_state.pop(_DUTY, None)


def forget() -> None:
    """Forget everything that was chosen, but the language: somebody else may be next."""
    kept = lang()
    st.session_state.clear()
    st.session_state[_LANG] = kept


def set_actor(actor: Actor) -> None:
    """Tell the screen on whose behalf it works."""
    st.session_state["actor"] = actor


def actor() -> Actor:
    """Tell on whose behalf the screen works; the frame has set it before the screen runs."""
    return cast("Actor", st.session_state["actor"])


def patch() -> str | None:
    """Tell the chosen patch, as BATCH/CODE."""
    if _PATCH not in st.session_state:
        st.session_state[_PATCH] = st.query_params.get(_PATCH)
    return cast("str | None", st.session_state[_PATCH])


def set_patch(key: str | None) -> None:
    """Choose a patch, or none."""
    st.session_state[_PATCH] = key
    if key is None:
        st.query_params.pop(_PATCH, None)
    else:
        st.query_params[_PATCH] = key


def colour() -> str:
    """Tell what patches are coloured by: chosen, else from the address; empty: by nothing else."""
    chosen = str(st.session_state.get(_COLOUR) or st.query_params.get(_COLOUR) or "")
    if chosen and st.query_params.get(_COLOUR) != chosen:  # a change of screen empties the address
        st.query_params[_COLOUR] = chosen
    return chosen


def set_colour(by: str) -> None:
    """Colour patches by something; it also stands in the address."""
    st.session_state[_COLOUR] = by
    st.query_params[_COLOUR] = by


def duty() -> str | None:
    """Tell which kind of waiting work a card on the first screen has led here for."""
    return cast("str | None", st.session_state.get(_DUTY))


def set_duty(name: str | None) -> None:
    """Narrow the next screen to one kind of waiting work, or lift that."""
    st.session_state[_DUTY] = name


def notice(text: str, *, is_good: bool = True) -> None:
    """Say something after the screen has run again, without moving anything on it."""
    st.session_state[_NOTICE] = (text, is_good)


def show_notice() -> None:
    """Show what was said last, once."""
    said = st.session_state.pop(_NOTICE, None)
    if said:
        text, is_good = said
        st.toast(text, icon="✅" if is_good else "⚠️", duration="long")


def remembered(name: str) -> object:
    """Read what a screen has put aside under a name."""
    return st.session_state.get(f"kept.{name}")


def remember(name: str, value: object) -> None:
    """Put something aside for a screen, until it is left or replaced."""
    st.session_state[f"kept.{name}"] = value


def put(key: str, value: object) -> None:
    """Let a control show a value, whatever it showed before."""
    st.session_state[key] = value


def begin_with(key: str, value: object) -> None:
    """Say what a field holds before anybody has touched it."""
    st.session_state.setdefault(key, value)


def in_address(name: str) -> list[str]:
    """Read the values of a name in the address."""
    return st.query_params.get_all(name)


def put_in_address(name: str, values: Sequence[str]) -> None:
    """Let the address tell these values; none: take the name out."""
    if st.query_params.get_all(name) == list(values):
        return
    if values:
        st.query_params[name] = list(values)
    else:
        st.query_params.pop(name, None)


def entered(key: str) -> str:
    """Read what stands in a field, for what runs before the screen is drawn again."""
    return str(st.session_state.get(key) or "")


def round_of(form: str) -> int:
    """Tell how often a form was done; as part of its widgets' keys it makes them begin empty."""
    return cast("int", st.session_state.get(f"round.{form}", 0))


def begin_anew(form: str) -> None:
    """Empty a form that was done."""
    st.session_state[f"round.{form}"] = round_of(form) + 1
