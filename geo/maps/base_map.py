"""The ground of every map: built by folium, run once in the browser by the map component.

No basemap from outside, no attribution to fetch, a metric scale. Layers, names and values never
come this way: they travel as data (`geo.maps.wire`).
"""

from functools import cache

import folium
from branca.element import MacroElement
from folium.template import Template

from geo.maps.vendored import check_shipped, keep_folium_at_home
from geo.maps.view import MAX_ZOOM, MIN_ZOOM

keep_folium_at_home()


class MetricScale(MacroElement):
    """A scale in metres and kilometres only."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.control.scale({imperial: false, maxWidth: 120}).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )


def build_base_map() -> folium.Map:
    """Build the empty map.

    Returns
    -------
    folium.Map
        With a canvas for shapes, without tiles, zoom buttons (the component has its own, in the
        reader's language) and attribution.
    """
    ground = folium.Map(
        location=(40.0, 110.0),
        zoom_start=5,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attributionControl=False,
        maxZoom=MAX_ZOOM,
        minZoom=MIN_ZOOM,
    )
    MetricScale().add_to(ground)  # type: ignore[no-untyped-call]
    return ground


@cache
def base_script() -> str:
    """Give the script that makes the map in a browser that has Leaflet as ``L``.

    Returns
    -------
    str
        The same for everyone; it leaves the map in the variable `map_div`.

    Raises
    ------
    OutsideFileError
        If the map came to need a file that is not shipped.
    """
    # Imported late: it loads the web framework, which the command line has no use for.
    from streamlit_folium import generate_leaflet_string  # noqa: PLC0415

    ground = build_base_map()
    check_shipped(ground)
    return str(generate_leaflet_string(ground)).strip()
