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
    "map.changed_today": ("今日变动", "Changed today"),
    "map.held": ("他人审核中", "Under review by others"),
    "map.held_by": ("{person} 正在审核，至 {until}", "{person} is reviewing it, until {until}"),
    "map.patches": ("图斑", "Patches"),
    "map.grids": ("网格", "Grids"),
    "map.admin": ("行政区", "Administrative units"),
    "map.permits": ("审批范围", "Approved extents"),
    "map.reserves": ("保护地", "Reserves"),
    "map.reference": ("参考图层", "Reference layer"),
    "map.routes": ("巡护路线", "Routes"),
    "map.people": ("护林员", "Rangers"),
    "map.overdue": ("逾期", "Overdue"),
    "map.due_overdue": ("逾期", "Overdue"),
    "map.due_soon": ("3 天内到期", "Due within 3 days"),
    "map.due_near": ("14 天内到期", "Due within 14 days"),
    "map.due_later": ("14 天以后到期", "Due later than 14 days"),
    "map.due_none": ("无期限", "No deadline"),
    "map.due_closed": ("已办结", "Closed"),
    "map.others": ("其他", "Others"),
    "map.not_given": ("未填", "Not given"),
    "map.colour_by": ("按…着色", "Colour by"),
    "map.by_stage": ("阶段", "Stage"),
    "map.by_cause": ("变化原因", "Cause of change"),
    "map.by_due": ("期限", "Deadline"),
    "map.by_batch": ("批次", "Batch"),
    "map.by_person": ("责任人", "Person"),
    "map.coloured_by": ("颜色：{what}", "Colour: {what}"),
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
