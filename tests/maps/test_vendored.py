"""folium stays at home: no file from outside, no template that reaches the server."""

import re
import subprocess
import sys

import branca.colormap
import branca.element
import folium
import folium.plugins
import jinja2
import jinja2.exceptions
import pytest

from geo.maps.base_map import base_script, build_base_map
from geo.maps.vendored import (
    NOT_SHIPPED,
    SHIPPED,
    OutsideFileError,
    _kinds,
    check_shipped,
    keep_folium_at_home,
)

REACHES_THE_SERVER = "{{ cycler.__init__.__globals__.os.getcwd() }}"


def every_file():
    for kind in _kinds(folium.elements.JSCSSMixin):
        yield from kind.default_js
        yield from kind.default_css


def test_no_class_of_folium_names_another_host():
    files = list(every_file())
    assert len(files) > 20
    assert [address for _, address in files if not address.startswith("/vendor/")] == []


def test_stock_folium_would_name_other_hosts():
    code = (
        "import folium, folium.plugins as p;"
        "print([u for k in (folium.Map, p.MarkerCluster) for _, u in k.default_js])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "https://" in done.stdout


def test_keeping_folium_at_home_twice_changes_nothing():
    before = list(every_file())
    keep_folium_at_home()
    assert list(every_file()) == before


def test_the_ground_needs_only_what_is_shipped():
    ground = build_base_map()
    check_shipped(ground)
    assert {name for name, _ in [*ground.default_js, *ground.default_css]} == set(SHIPPED)


@pytest.mark.parametrize(
    "element",
    [
        folium.plugins.MarkerCluster(),
        folium.plugins.Draw(),
        folium.Marker((43, 116), popup="text"),
        folium.Marker((43, 116), tooltip="text"),
        folium.Marker((43, 116), icon=folium.Icon()),
        branca.colormap.LinearColormap(["red", "blue"]),
    ],
    ids=["cluster", "draw", "popup", "tooltip", "icon", "colormap"],
)
def test_what_needs_outside_files_or_runs_markup_is_refused_loudly(element):
    ground = build_base_map()
    ground.add_child(element)
    with pytest.raises(OutsideFileError):
        check_shipped(ground)


def test_a_file_that_is_not_shipped_has_an_address_that_answers_nothing():
    addresses = [address for _, address in folium.plugins.Draw.default_js]
    assert all(address.startswith(NOT_SHIPPED) for address in addresses)


def test_text_in_a_second_template_cannot_reach_the_server():
    with pytest.raises(jinja2.exceptions.SecurityError):
        branca.element.Element(REACHES_THE_SERVER).render()


def test_a_stock_template_would_reach_the_server():
    assert "/" in jinja2.Template(REACHES_THE_SERVER).render()


def test_the_script_makes_a_map_and_names_no_address():
    script = base_script()
    assert script.startswith("var map_div = L.map(")
    assert "L.control.scale" in script
    assert re.findall(r"https?:|//\w", script) == []
    assert base_script() is script
