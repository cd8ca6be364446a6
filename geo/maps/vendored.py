"""Keeps folium and branca at home: local files only, and templates that cannot reach the server.

Two dangers of stock folium are met here. Its classes name scripts on other hosts, so a map without
internet stays blank and a map with internet tells outsiders what is being looked at. And it
compiles rendered output a second time as a template, so text with ``{{ … }}`` in it would run as
code on the server; the first wall is that no text of a user or an attribute is handed to folium at
all, the sandbox set here is the second.
"""

from collections.abc import Iterator
from typing import Any

import branca.colormap
import branca.element
import folium
import folium.plugins
import jinja2
from folium.elements import JSCSSMixin
from jinja2.sandbox import ImmutableSandboxedEnvironment

from geo.maps.addresses import VENDOR

LEAFLET_FOLDER = "leaflet-1.9.4"
LEAFLET_ADDRESS = f"{VENDOR}/{LEAFLET_FOLDER}"
# Makes the printed map's PDF; the browser asks for it when somebody does.
PBF_ADDRESS = f"{VENDOR}/pbf-5.1.2"
PDF_ADDRESS = f"{VENDOR}/jspdf-4.2.1/jspdf.umd.min.js"
NOT_SHIPPED = f"{VENDOR}/not-shipped"

# What folium calls a file -> where it is served.
SHIPPED: dict[str, str] = {
    "leaflet": f"{LEAFLET_ADDRESS}/leaflet.js",
    "leaflet_css": f"{LEAFLET_ADDRESS}/leaflet.css",
}
# folium.Map names these for popups and icons that this program does not use.
MAP_EXTRAS = frozenset(
    {
        "jquery",
        "bootstrap",
        "bootstrap_css",
        "glyphicons_css",
        "awesome_markers",
        "awesome_markers_css",
        "awesome_markers_font_css",
        "awesome_rotate_css",
    }
)
# They need files or run markup without saying so.
REFUSED_ELEMENTS: tuple[type, ...] = (
    branca.colormap.ColorMap,
    folium.Icon,
    folium.Popup,
    folium.Tooltip,
    folium.DivIcon,
)


class OutsideFileError(RuntimeError):
    """A map holds something whose files are not shipped: a defect of the program, not of input."""


class SandboxedTemplate(jinja2.Template):
    """A template that reaches no attribute behind an underscore and changes nothing."""

    environment_class = ImmutableSandboxedEnvironment


def keep_folium_at_home() -> None:
    """Point every file of folium and branca at this program, and sandbox their templates.

    Done once when `geo.maps.base_map` is loaded; doing it again changes nothing. Files that are not
    shipped get an address under `NOT_SHIPPED`, which answers 404.
    """
    for kind in _kinds(JSCSSMixin):
        extras = MAP_EXTRAS if issubclass(kind, folium.Map) else frozenset[str]()
        kind.default_js = _at_home(kind.default_js, extras)
        kind.default_css = _at_home(kind.default_css, extras)
    setattr(branca.element, "Template", SandboxedTemplate)  # noqa: B010 - it has no typed place
    branca.element.ENV = ImmutableSandboxedEnvironment(loader=branca.element.ENV.loader)


def check_shipped(figure: branca.element.Element) -> None:
    """Refuse a map that would need a file from outside, or run text as markup.

    Parameters
    ----------
    figure
        A folium map or a part of one; its children are looked at too.

    Raises
    ------
    OutsideFileError
        Naming the element and the file.
    """
    for element in _elements(figure):
        if isinstance(element, REFUSED_ELEMENTS):
            raise OutsideFileError(f"{type(element).__name__} is not used on this program's maps")
        for list_name in ("default_js", "default_css"):
            for name, address in getattr(element, list_name, ()):
                if SHIPPED.get(name) != address:
                    raise OutsideFileError(f"{type(element).__name__} needs {name} ({address})")


def _kinds(kind: type[Any]) -> Iterator[Any]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _at_home(files: list[tuple[str, str]], extras: frozenset[str]) -> list[tuple[str, str]]:
    return [
        (name, SHIPPED.get(name, f"{NOT_SHIPPED}/{name}"))
        for name, _ in files
        if name not in extras
    ]


def _elements(element: branca.element.Element) -> Iterator[branca.element.Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001 - branca offers no other way in
        yield from _elements(child)
