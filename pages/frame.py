"""The frame around every screen: title, look, who works, which screens there are."""

import streamlit as st

from geo.errors import SkyGroundError
from geo.model.stages import CLOSING, DISPATCH, FIELD, OFFICE, Role
from geo.model.things import Actor, Person
from geo.workflow.today import Duty
from pages.parts import cached, state
from pages.parts.guard import sentence
from pages.parts.look import use_look
from pages.parts.words import word

EVERYBODY = frozenset(Role)

# File, who may open it, and whose count stands behind its name.
PAGES: tuple[tuple[str, frozenset[Role], tuple[Duty, ...]], ...] = (
    ("today", EVERYBODY, ()),
    ("patches", EVERYBODY, (Duty.OVERDUE,)),
    ("assign", DISPATCH, (Duty.TO_ASSIGN,)),
    ("field", FIELD, (Duty.TO_EXPORT,)),
    ("review", OFFICE, (Duty.TO_REVIEW,)),
    ("cases", CLOSING, (Duty.TO_CLOSE, Duty.CASES)),
    ("importing", OFFICE, ()),
)


def main() -> None:
    """Draw the frame and run the screen in it."""
    st.set_page_config(page_title=word("product.name"), page_icon="🛰️", layout="wide")
    use_look(state.lang())
    try:
        people = cached.people()
    except SkyGroundError as error:
        # Without a workspace there is nothing to frame.
        st.title(word("product.name"))
        st.error(sentence(error))
        st.stop()
    with st.sidebar:
        _title()
        actor = _who(people)
        state.choose_lang()
    screen = st.navigation(_screens(actor))
    state.set_actor(actor)
    state.show_notice()
    screen.run()


def _title() -> None:
    st.markdown(f"### {word('product.name')}\n{word('product.promise')}")


def _who(people: list[Person]) -> Actor:
    """Choose as whom to work: the demonstration's stand-in for signing in."""
    by_code = {p.code: p for p in people}
    first = next(p.code for p in people if p.role is Role.ADMINISTRATOR)
    code = state.person(list(by_code), first)
    chosen = st.selectbox(
        word("frame.person"),
        list(by_code),
        index=list(by_code).index(code),
        format_func=lambda c: by_code[c].name(state.lang()),
    )
    if chosen != code:
        state.set_person(chosen)
        st.rerun()
    return Actor(by_code[code])


def _screens(actor: Actor) -> list[st.Page]:
    waiting = {w.duty: w.count for w in cached.todo(actor)}
    screens = []
    for name, roles, duties in PAGES:
        if actor.role not in roles:
            continue
        count = sum(waiting.get(duty, 0) for duty in duties)
        title = word(f"page.{name}") + (f" ({count:,})" if count else "")
        screens.append(st.Page(f"{name}.py", title=title, default=name == "today"))
    return screens


main()
