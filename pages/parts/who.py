"""Who works: whoever has signed in, asked anew at every run, or in a demonstration anybody."""

from html import escape
from typing import NoReturn

import streamlit as st

from geo.model.accounts import SignedIn
from geo.model.stages import Role
from geo.model.things import Actor, Person
from geo.settings import PASSWORD, SESSION_HEADER, SIGN_IN, SIGN_OUT
from geo.workflow.sign_in import form_token
from pages.parts import cached, state
from pages.parts.map_view import base_path
from pages.parts.words import word

# The links below the name look like what they are; the form has to look like one of them.
_STYLE = """<style>
.account { display: flex; gap: 1rem; align-items: baseline; font-size: 0.9rem; }
.account form { margin: 0; }
.account a { color: inherit; }
.account button { border: 0; padding: 0; background: none; font: inherit; color: inherit;
  text-decoration: underline; cursor: pointer; }
a.way-in { display: inline-block; padding: 0.4rem 1.4rem; border-radius: 4px;
  background: #1f5fa8; color: #ffffff !important; text-decoration: none; }
</style>"""


def who_works() -> Actor:
    """Show who works, in the sidebar; nothing more of the screen runs if nobody may.

    In front of the screens the gate lets in only who has signed in, or everybody on this machine to
    a demonstration. A tab that stays open is asked for here, at every run.
    """
    session = st.context.headers.get(SESSION_HEADER)
    if session is None and cached.is_demo():
        with st.sidebar:
            anybody = _switch_person(cached.people())
            state.choose_lang()
        return anybody
    signed_in = cached.standing(session) if session else None
    if signed_in is None or signed_in.must_change:
        _ended(PASSWORD if signed_in else SIGN_IN)
    roles = cached.roles_of(signed_in.person)
    with st.sidebar:
        actor = _choose_role(signed_in, roles)
        state.choose_lang()
        _account(signed_in)
    if actor is None:
        st.title(word("product.name"))
        st.error(word("error.no_role", person=signed_in.person))
        st.stop()
    return actor


def _ended(path: str) -> NoReturn:
    state.forget()
    # The menu tells how much waits for whoever was here; it goes too.
    st.navigation([st.Page(_nothing, title=word("product.name"))], position="hidden").run()
    st.title(word("product.name"))
    st.warning(word("frame.ended"))
    address = escape(f"{base_path()}{path}?lang={state.lang()}")
    title = escape(word("sign_in.title"))
    st.html(f'{_STYLE}<a class="way-in" href="{address}" target="_self">{title}</a>')
    st.stop()


def _nothing() -> None:
    """Show no screen."""


def _choose_role(signed_in: SignedIn, roles: list[Person]) -> Actor | None:
    by_role = {one.role: one for one in roles}
    name = next((one.label for one in roles if one.label), "")
    st.html(f"<b>{escape(name or signed_in.person)}</b> {escape(signed_in.person if name else '')}")
    if not by_role:
        return None
    working = state.role(list(by_role), roles[0].role)
    if len(by_role) == 1:
        st.caption(word(f"role.{working}"))
        return Actor(by_role[working])
    chosen = st.selectbox(
        word("frame.role"),
        list(by_role),
        index=list(by_role).index(working),
        format_func=lambda role: word(f"role.{role}"),
    )
    if chosen != working:
        state.set_role(chosen)
        st.rerun()
    return Actor(by_role[working])


def _account(signed_in: SignedIn) -> None:
    prefix, lang = escape(base_path()), state.lang()
    sign = form_token(signed_in.token_hash, "session")
    st.html(
        f'{_STYLE}<div class="account">'
        f'<a href="{prefix}{PASSWORD}?lang={lang}" target="_self">'
        f"{escape(word('frame.password'))}</a>"
        f'<form method="post" action="{prefix}{SIGN_OUT}?lang={lang}">'
        f'<input type="hidden" name="form" value="{sign}">'
        f"<button>{escape(word('frame.sign_out'))}</button></form></div>"
    )


def _switch_person(people: list[Person]) -> Actor:
    """Choose as whom to work: the demonstration's stand-in for signing in."""
    by_code = {p.code: p for p in people}
    first = next(p.code for p in people if p.role is Role.ADMINISTRATOR)
    code = state.person(list(by_code), first)
    # The code first: the sidebar is narrow, and a role alone names nobody.
    names = {p.code: f"{p.code} {p.label or word(f'role.{p.role}')}" for p in people}
    chosen = st.selectbox(
        word("frame.person"),
        list(by_code),
        index=list(by_code).index(code),
        format_func=names.__getitem__,
    )
    if chosen != code:
        state.set_person(chosen)
        st.rerun()
    return Actor(by_code[code])
