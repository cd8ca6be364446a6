"""The pages before the screens, as plain HTML: no script, both languages, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from geo.text import LANG_NAMES, LANGS, Lang, say

# The colours are those of the screens' theme.
_STYLE = """
:root { color-scheme: light dark; --page: #f1f4f7; --card: #ffffff; --ink: #1f2a36; --line: #c9d0d8;
  --main: #1f5fa8; --on-main: #ffffff; --quiet: #5a6775; --bad: #9f1f1f; --bad-ground: #fbeaea; }
@media (prefers-color-scheme: dark) { :root { --page: #14191f; --card: #1e252d; --ink: #e4e9ee;
  --line: #3a444f; --main: #6aa9e9; --on-main: #10161c; --quiet: #9fabb8; --bad: #ffb4ab;
  --bad-ground: #3a2023; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  padding: min(14vh, 7rem) 1rem 2rem; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif; }
header { display: flex; align-items: center; gap: 0.6rem; margin-bottom: 1.2rem; }
header b { font-size: 1.5rem; font-weight: 600; }
main { width: 100%; max-width: 23.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: 1.5rem 1.6rem 1.4rem; }
h1 { font-size: 1.15rem; margin: 0 0 1rem; }
label { display: block; margin: 0 0 0.25rem; font-size: 0.9rem; }
input { width: 100%; height: 2.6rem; margin: 0 0 0.9rem; padding: 0 0.7rem; font: inherit;
  color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 4px; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--main);
  outline-offset: 1px; }
button, .button { display: block; width: 100%; height: 2.6rem; line-height: 2.5rem; font: inherit;
  line-height: 2.5rem; text-align: center; text-decoration: none; cursor: pointer;
  border: 1px solid var(--main); border-radius: 4px; background: var(--main);
  color: var(--on-main); }
.second { background: transparent; color: var(--main); }
.or { text-align: center; margin: 0.7rem 0; color: var(--quiet); }
.bad, .note { margin: 0 0 1rem; padding: 0.6rem 0.8rem; border-radius: 4px; font-size: 0.92rem; }
.bad { background: var(--bad-ground); color: var(--bad); }
.note { background: var(--page); }
.quiet { margin: 0.9rem 0 0; color: var(--quiet); font-size: 0.88rem; }
.hint { margin: -0.5rem 0 0.9rem; color: var(--quiet); font-size: 0.85rem; }
footer { margin-top: 1rem; display: flex; gap: 1.2rem; font-size: 0.9rem; align-items: center; }
a { color: var(--main); }
@media (max-width: 640px) { body { padding-top: 1.5rem; } }
footer form { margin: 0; }
footer button { display: inline; width: auto; height: auto; line-height: inherit; padding: 0;
  border: 0; background: none; color: var(--main); text-decoration: underline; }
"""
_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="34" height="34" '
    'aria-hidden="true"><circle cx="16" cy="10" r="7" fill="none" stroke="#56b4e9" '
    'stroke-width="3"/><path d="M3 26 L11 17 L22 19 L29 27 Z" fill="#009e73"/></svg>'
)
# Nothing is fetched, nothing runs, nobody else may frame the page or be sent its forms.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its language, the path before it, and where it leads on to."""

    lang: Lang
    prefix: str
    onward: str = "/"

    def say(self, key: str, **values: object) -> str:
        """Say a text so that it is only text in the page."""
        return escape(say(key, self.lang, **values))

    def address(self, path: str, **query: str) -> str:
        """Give an address below the prefix that keeps language and destination."""
        kept = {"lang": self.lang} | ({"next": self.onward} if self.onward != "/" else {})
        return escape(f"{self.prefix}{path}?{urlencode(kept | query)}")


def sign_in_page(
    place: Place,
    *,
    form_token: str,
    person: str = "",
    fault: str = "",
    note: str = "",
    has_office_server: bool = False,
) -> str:
    """Make the page that asks for code and password."""
    office = ""
    if has_office_server:
        office = (
            f'<p class="or">{place.say("sign_in.or")}</p>'
            f'<a class="button second" href="{place.address("/sign-in/office")}">'
            f"{place.say('sign_in.office')}</a>"
        )
    content = f"""<h1>{place.say("sign_in.title")}</h1>{_said(fault, note)}
<form method="post" action="{place.address("/sign-in")}">
{_hidden(form_token)}
{_field(place, "person", "text", "username", value=person, focus=not person)}
{_field(place, "password", "password", "current-password", focus=bool(person))}
<button>{place.say("sign_in.go")}</button></form>{office}
<p class="quiet">{place.say("sign_in.forgotten")}</p>"""
    return _page(place, "sign_in.title", content, _other_language(place, "/sign-in"))


def password_page(
    place: Place, *, form_token: str, person: str, must_change: bool, shortest: int, fault: str = ""
) -> str:
    """Make the page on which somebody sets another password."""
    note = say("sign_in.must_change", place.lang) if must_change else ""
    content = f"""<h1>{place.say("sign_in.password_title")} · {escape(person)}</h1>
{_said(fault, note)}
<form method="post" action="{place.address("/password")}">
{_hidden(form_token)}
<input type="text" name="person" autocomplete="username" value="{escape(person)}" hidden>
{_field(place, "old", "password", "current-password", focus=True)}
{_field(place, "new", "password", "new-password")}
<p class="hint">{place.say("sign_in.rule", shortest=shortest)}</p>
{_field(place, "again", "password", "new-password")}
<button>{place.say("sign_in.save")}</button></form>"""
    back = "" if must_change else f'<a href="{place.prefix}/">{place.say("sign_in.back")}</a>'
    leave = (
        f'<form method="post" action="{place.address("/sign-out")}">{_hidden(form_token)}'
        f"<button>{place.say('sign_in.leave')}</button></form>"
    )
    footer = back + leave + _other_language(place, "/password")
    return _page(place, "sign_in.password_title", content, footer)


def onward_page(place: Place) -> str:
    """Make the page that leads on by itself.

    The browser sends the session's cookie only on a step that begins on a page of this program, and
    not on one that another site has led to.
    """
    target = escape(f"{place.prefix}{place.onward}")
    content = f'<p><a href="{target}">{place.say("sign_in.go_on")}</a></p>'
    refresh = f'<meta http-equiv="refresh" content="0;url={target}">'
    return _page(place, "product.name", content, "", head=refresh)


def message_page(keys: Sequence[tuple[str, dict[str, object]]]) -> str:
    """Make the page of a refusal, in both languages: nobody knows yet who reads it."""
    said = "".join(
        f'<p lang="{lang}">{escape(say(key, lang, **values))}</p>'
        for key, values in keys
        for lang in LANGS
    )
    return _page(Place("zh", ""), "product.name", said, "")


def _page(place: Place, title: str, content: str, footer: str, *, head: str = "") -> str:
    name = place.say("product.name")
    shown = name if title == "product.name" else f"{place.say(title)} · {name}"
    return f"""<!doctype html>
<html lang="{place.lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">{head}
<title>{shown}</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>
<body><header>{_MARK}<b>{name}</b></header><main>{content}</main>
<footer>{footer}</footer></body></html>"""


def _other_language(place: Place, path: str) -> str:
    other: Lang = "en" if place.lang == "zh" else "zh"
    return f'<a href="{place.address(path, lang=other)}" lang="{other}">{LANG_NAMES[other]}</a>'


def _said(fault: str, note: str) -> str:
    said = f'<p class="bad" role="alert">{escape(fault)}</p>' if fault else ""
    return said + (f'<p class="note">{escape(note)}</p>' if note else "")


def _hidden(form_token: str) -> str:
    return f'<input type="hidden" name="form" value="{escape(form_token)}">'


def _field(
    place: Place, name: str, kind: str, fills: str, *, value: str = "", focus: bool = False
) -> str:
    given = f' value="{escape(value)}"' if value else ""
    first = " autofocus" if focus else ""
    return (
        f'<label for="{name}">{place.say(f"sign_in.{name}")}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{fills}" '
        f'maxlength="300" required autocapitalize="none" spellcheck="false"{given}{first}>'
    )
