"""What stands on the map: tools, layers, legend, hints: ``map.WORD``.

Fields like ``{lon}`` are filled in by the map itself while the pointer moves.
"""

MAPS: dict[str, tuple[str, str]] = {
    "map.label": (
        "地图：方向键移动，加号减号缩放",
        "Map: arrow keys move it, plus and minus zoom",
    ),
    "map.zoom_in": ("放大", "Zoom in"),
    "map.zoom_out": ("缩小", "Zoom out"),
    "map.full_extent": ("全图", "Whole area"),
    "map.layers": ("图层", "Layers"),
    "map.legend": ("图例", "Legend"),
    "map.show_legend": ("展开图层和图例", "Show layers and legend"),
    "map.hide_legend": ("收起图层和图例", "Hide layers and legend"),
    "map.patches": ("图斑", "Patches"),
    "map.grids": ("网格", "Grids"),
    "map.routes": ("巡护路线", "Routes"),
    "map.people": ("护林员", "Rangers"),
    "map.overdue": ("逾期", "Overdue"),
    "map.grid_border": ("网格界", "Grid border"),
    "map.pointer": ("东经 {lon}°  北纬 {lat}°", "{lon}° E  {lat}° N"),
    "map.pointer_sixties": ("东经 {lon}  北纬 {lat}", "{lon} E  {lat} N"),
    "map.pointer_zone": (
        "{width} 度带 {zone} 带  X {north}  Y {east}",
        "{width}° zone {zone}  N {north}  E {east}",
    ),
    "map.pointer_switch": (
        "指针处的坐标（CGCS2000）；点击换一种写法：度、度分秒、3 度带、6 度带",
        "Coordinates at the pointer (CGCS2000); click for another form: degrees, minutes and "
        "seconds, zones of 3 or 6 degrees",
    ),
    "map.north": ("北", "N"),
    "map.count": ("{n} 个图斑，点击放大", "{n} patches; click to zoom in"),
    "map.count_late": (
        "{n} 个图斑，其中逾期 {late} 个，点击放大",
        "{n} patches, {late} overdue; click to zoom in",
    ),
    "map.failed": (
        "地图没有加载出来。请刷新页面；若仍不行，请联系管理员。",
        "The map did not load. Reload the page; if that does not help, ask your administrator.",
    ),
}
