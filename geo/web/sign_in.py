"""Routes before the screens: sign in, sign out, change the password."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from geo.errors import SkyGroundError
from geo.model.accounts import SHORTEST
from geo.settings import PASSWORD, SIGN_IN, SIGN_OUT
from geo.text import LANGS, Lang, say
from geo.web.answers import local_path, page, to_page
from geo.web.oidc import Office, Pending
from geo.web.sign_in_page import Place, onward_page, password_page, sign_in_page
from geo.web.visitor import COOKIE, Visitor, cookie_header, cookie_of, visitor_of
from geo.workflow import sign_in as signing
from geo.workflow.set_up import OpenStore

# Ties a form to the browser that was shown it, before anybody has signed in.
FORM_COOKIE = "skyground-form"
FORM_SECONDS = 3_600
OFFICE_COOKIE = "skyground-office"
OFFICE_SECONDS = 600
OFFICE_WAY, OFFICE_BACK = f"{SIGN_IN}/office", f"{SIGN_IN}/office/back"
# Larger than any form here.
MOST_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Door:
    """What the routes need.

    Attributes
    ----------
    office
        The office's own sign-in server; None: there is none.
    """

    store: Callable[[], OpenStore]
    now: Callable[[], datetime]
    prefix: str = ""
    office: Office | None = None

    async def show(self, request: Request) -> Response:
        """Show the page that asks for code and password."""
        visitor = visitor_of(request.scope)
        place = place_of(request, self.prefix)
        if visitor.is_demo or visitor.signed_in is not None:
            return to_page(self.prefix, place.onward)
        note = say("sign_in.out", place.lang) if "out" in request.query_params else ""
        return self._form(request, place, note=note)

    async def enter(self, request: Request) -> Response:
        """Sign somebody in who has sent code and password."""
        visitor, place = visitor_of(request.scope), place_of(request, self.prefix)
        if visitor.is_demo:
            return to_page(self.prefix, "/")
        form = await read_form(request)
        if not self._is_from_form(request, visitor, form.get("form", "")):
            return self._form(request, place, fault="form_expired", person=form.get("person", ""))
        person, password = form.get("person", ""), form.get("password", "")
        client = visitor.connection.client
        try:
            begun = await run_in_threadpool(
                lambda: signing.sign_in(
                    self.store(),
                    person,
                    password,
                    at=self.now(),
                    client=client,
                    former=visitor.token,
                )
            )
        except SkyGroundError as error:
            fault = _sentence(error, place.lang)
            return self._form(request, place, fault=fault, person=person)
        path = PASSWORD if begun.must_change else place.onward
        onward = place.onward if begun.must_change else "/"
        return with_session(to_page(self.prefix, path, onward=onward), begun, visitor)

    async def leave(self, request: Request) -> Response:
        """Sign somebody out."""
        visitor = visitor_of(request.scope)
        signed_in = visitor.signed_in
        if signed_in is not None:
            form = await read_form(request)
            if not is_of_session(form, visitor):
                return to_page(self.prefix, "/")
            await run_in_threadpool(
                lambda: signing.sign_out(self.store(), signed_in, at=self.now())
            )
        lang = place_of(request, self.prefix).lang
        answer = to_page(self.prefix, f"{SIGN_IN}?out=1&lang={lang}")
        forget = cookie_header(COOKIE, "", visitor.connection, seconds=0)
        answer.headers.append("Set-Cookie", forget)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    async def show_password(self, request: Request) -> Response:
        """Show the page on which a password is changed."""
        return self._password(request)

    async def change(self, request: Request) -> Response:
        """Change a password."""
        visitor, place = visitor_of(request.scope), place_of(request, self.prefix)
        signed_in = visitor.signed_in
        if signed_in is None:
            return to_page(self.prefix, "/")
        form = await read_form(request)
        if not is_of_session(form, visitor):
            return self._password(request, "form_expired")
        try:
            begun = await run_in_threadpool(
                lambda: signing.change_password(
                    self.store(),
                    signed_in,
                    old=form.get("old", ""),
                    new=form.get("new", ""),
                    again=form.get("again", ""),
                    at=self.now(),
                    client=visitor.connection.client,
                )
            )
        except SkyGroundError as error:
            return self._password(request, error.code, **error.values)
        return with_session(to_page(self.prefix, place.onward), begun, visitor)

    async def to_office(self, request: Request) -> Response:
        """Lead to the office's own sign-in server."""
        visitor, place = visitor_of(request.scope), place_of(request, self.prefix)
        if self.office is None or visitor.is_demo:
            return to_page(self.prefix, "/")
        back = f"{visitor.connection.origin}{self.prefix}{OFFICE_BACK}"
        try:
            address, pending = await self.office.begin(back, onward=place.onward, lang=place.lang)
        except SkyGroundError as error:
            return self._form(request, place, fault=_sentence(error, place.lang))
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
        # Lax: the way back begins on the other server's page.
        kept = cookie_header(
            OFFICE_COOKIE,
            pending.packed(),
            visitor.connection,
            seconds=OFFICE_SECONDS,
            same_site="Lax",
        )
        answer.headers.append("Set-Cookie", kept)
        return answer

    async def from_office(self, request: Request) -> Response:
        """Sign in whom the office's own sign-in server has sent back."""
        visitor, place = visitor_of(request.scope), place_of(request, self.prefix)
        if self.office is None or visitor.is_demo:
            return to_page(self.prefix, "/")
        connection = visitor.connection
        sent = cookie_of(request.headers.get("cookie", ""), OFFICE_COOKIE, connection)
        pending = Pending.unpacked(sent)
        if pending is not None:
            lang: Lang = "zh" if pending.lang == "zh" else "en"
            place = Place(lang, self.prefix, local_path(pending.onward))
        try:
            subject = await self.office.finish(
                pending,
                request.query_params,
                f"{connection.origin}{self.prefix}{OFFICE_BACK}",
                at=self.now(),
            )
            begun = await run_in_threadpool(
                lambda: signing.sign_in_by_subject(
                    self.store(),
                    subject,
                    at=self.now(),
                    client=connection.client,
                    former=visitor.token,
                )
            )
        except SkyGroundError as error:
            answer = self._form(request, place, fault=_sentence(error, place.lang))
        else:
            # Not a redirect: the strict cookie would not come along on a way that began elsewhere.
            answer = with_session(page(onward_page(place)), begun, visitor)
        forget = cookie_header(OFFICE_COOKIE, "", connection, seconds=0, same_site="Lax")
        answer.headers.append("Set-Cookie", forget)
        return answer

    def _form(
        self, request: Request, place: Place, *, fault: str = "", person: str = "", note: str = ""
    ) -> Response:
        visitor = visitor_of(request.scope)
        sent = request.headers.get("cookie", "")
        key = cookie_of(sent, FORM_COOKIE, visitor.connection) or secrets.token_urlsafe(32)
        if fault == "form_expired":
            fault = say("error.form_expired", place.lang)
        content = sign_in_page(
            place,
            form_token=signing.form_token(signing.hash_token(key), "sign-in"),
            person=person,
            fault=fault,
            note=note,
            has_office_server=self.office is not None,
        )
        answer = page(content, HTTPStatus.UNAUTHORIZED if fault else HTTPStatus.OK)
        kept = cookie_header(FORM_COOKIE, key, visitor.connection, seconds=FORM_SECONDS)
        answer.headers.append("Set-Cookie", kept)
        return answer

    def _is_from_form(self, request: Request, visitor: Visitor, sent: str) -> bool:
        cookies = request.headers.get("cookie", "")
        key = cookie_of(cookies, FORM_COOKIE, visitor.connection)
        wanted = signing.form_token(signing.hash_token(key), "sign-in")
        return bool(key) and secrets.compare_digest(wanted.encode(), sent.encode())

    def _password(self, request: Request, code: str = "", **values: object) -> Response:
        visitor, place = visitor_of(request.scope), place_of(request, self.prefix)
        signed_in = visitor.signed_in
        if signed_in is None:
            return to_page(self.prefix, "/")
        content = password_page(
            place,
            form_token=session_form(visitor),
            person=signed_in.person,
            must_change=signed_in.must_change,
            shortest=SHORTEST,
            fault=say(f"error.{code}", place.lang, **values) if code else "",
        )
        return page(content, HTTPStatus.BAD_REQUEST if code else HTTPStatus.OK)


def sign_in_routes(door: Door) -> list[BaseRoute]:
    """List the routes before the screens."""
    prefix = door.prefix
    own = [
        Route(f"{prefix}{SIGN_IN}", door.show, methods=["GET"]),
        Route(f"{prefix}{SIGN_IN}", door.enter, methods=["POST"]),
        Route(f"{prefix}{SIGN_OUT}", door.leave, methods=["POST"]),
        Route(f"{prefix}{PASSWORD}", door.show_password, methods=["GET"]),
        Route(f"{prefix}{PASSWORD}", door.change, methods=["POST"]),
    ]
    if door.office is not None:
        own += [
            Route(f"{prefix}{OFFICE_WAY}", door.to_office, methods=["GET"]),
            Route(f"{prefix}{OFFICE_BACK}", door.from_office, methods=["GET"]),
        ]
    return list[BaseRoute](own)


def _sentence(error: SkyGroundError, lang: Lang) -> str:
    return say(f"error.{error.code}", lang, **error.values)


def place_of(request: Request, prefix: str) -> Place:
    """Tell the language of a page and where it leads on to."""
    wanted = request.query_params.get("lang") or request.headers.get("accept-language") or "zh"
    lang: Lang = "zh" if wanted.lower().startswith("zh") else "en"
    if request.query_params.get("lang") in LANGS:
        lang = cast("Lang", request.query_params["lang"])
    return Place(lang, prefix, local_path(request.query_params.get("next", "/")))


async def read_form(request: Request) -> Mapping[str, str]:
    """Read the fields of a form that was sent; nothing if it is larger than any form here."""
    announced = request.headers.get("content-length", "")
    if not announced.isdigit() or int(announced) > MOST_BYTES:
        return {}
    fields = await request.form(max_files=0, max_fields=20)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def with_session(answer: Response, begun: signing.Begun, visitor: Visitor) -> Response:
    """Hand the browser the cookie of a session that has begun."""
    seconds = int(begun.lasts.total_seconds())
    kept = cookie_header(COOKIE, begun.token, visitor.connection, seconds=seconds)
    answer.headers.append("Set-Cookie", kept)
    return answer


def session_form(visitor: Visitor) -> str:
    """Give the sign that forms of this session carry."""
    return signing.form_token(visitor.owner, "session")


def is_of_session(form: Mapping[str, str], visitor: Visitor) -> bool:
    """Tell whether a form was made for this session."""
    wanted = session_form(visitor).encode()
    return secrets.compare_digest(wanted, form.get("form", "").encode())
