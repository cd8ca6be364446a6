"""The frame around every screen: title, look, who works, which screens there are."""

import streamlit as st

from geo.errors import SkyGroundError
from geo.model.things import Actor
from geo.workflow.review import let_go
from pages.parts import cached, state
from pages.parts.acting import show_conflict
from pages.parts.guard import sentence
from pages.parts.look import use_look
from pages.parts.navigation import screens_for
from pages.parts.state import HOLDS
from pages.parts.undo import offer_undo
from pages.parts.who import who_works
from pages.parts.words import word


def main() -> None:
    """Draw the frame and run the screen in it."""
    st.set_page_config(page_title=word("product.name"), page_icon="🛰️", layout="wide")
    use_look(state.lang())
    try:
        cached.store()
    except SkyGroundError as error:
        # Without a workspace there is nothing to frame.
        st.title(word("product.name"))
        st.error(sentence(error))
        st.stop()
    _title()
    actor = who_works()
    with st.sidebar:
        offer_undo(actor)
    screen = st.navigation(_screens(actor))
    state.set_actor(actor)
    if state.remembered(HOLDS) and screen.url_path != "review":
        state.remember(HOLDS, None)
        let_go(cached.store(), actor)
    state.show_notice()
    screen.run()
    show_conflict()


# A patch on the ground under a ring in the sky, and the name beside it in the reader's language.
MARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 32" height="32">
<circle cx="16" cy="10" r="7" fill="none" stroke="#56b4e9" stroke-width="3"/>
<path d="M3 26 L11 17 L22 19 L29 27 Z" fill="#009e73"/>
<text x="38" y="23" font-size="19" font-weight="600" fill="{ink}"
 font-family="system-ui, 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif">{name}</text></svg>"""


def _title() -> None:
    is_dark = st.context.theme.type == "dark"
    ink = "#e4e9ee" if is_dark else "#1f2a36"
    st.logo(MARK.format(width=170, ink=ink, name=word("product.name")), size="large")


def _screens(actor: Actor) -> list[st.Page]:
    waiting = {w.duty: w.count for w in cached.todo(actor)}
    screens = []
    for screen in screens_for(actor.role):
        count = sum(waiting.get(duty, 0) for duty in screen.duties)
        title = word(f"page.{screen.name}") + (f" ({count:,})" if count else "")
        page = st.Page(f"{screen.name}.py", title=title, default=screen.name == "today")
        screens.append(page)
    return screens


main()
