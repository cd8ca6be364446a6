"""What is said of a layer as a whole: offsets, duplicates, slivers, gaps, overlaps."""

LAYER_CHECKS: dict[str, tuple[str, str]] = {
    # geo.shapes.layer_checks: {value} is the number of the shape itself, {other} that of another.
    "problem.same_shape": (
        "图形与 {other} 完全相同",
        "The shape is exactly the same as that of {other}",
    ),
    "fix.same_shape": (
        "同一图斑交付了两次的，删去一行；编号不同、确为两块地的，改正图形",
        "If one place was delivered twice, delete a row; if these are two places, correct the shape",
    ),
    "problem.same_place": (
        "图形与 {other} 几乎重合（重合 98% 以上），节点不同",
        "The shape covers the same ground as {other} (98 % or more), with other vertices",
    ),
    "fix.same_place": (
        "在地图上对比两个图形，只保留较准的一个",
        "Compare both on the map and keep the more exact one",
    ),
    "problem.sliver": (
        "图形太小或太窄：{area_m2} 平方米，平均宽 {width_m} 米",
        "The shape is too small or too narrow: {area_m2} m², {width_m} m wide on average",
    ),
    "fix.sliver": (
        "多为裁切后的碎片：并入相邻图形，或删除这一行；确有此地的可照常导入",
        "Mostly a remainder of cutting: join it to its neighbour or delete the row; if it is real, "
        "import it as it is",
    ),
    "problem.overlap": (
        "网格 {value} 与 {other} 重叠 {area_m2} 平方米",
        "The grids {value} and {other} overlap by {area_m2} m²",
    ),
    "fix.overlap": (
        "在原软件中修改分界线，使这块地只属于一个网格；不改的话，图斑归占地较多的网格",
        "Move the line between them, so that this ground belongs to one; until then a patch goes to "
        "the grid that has the larger share of it",
    ),
    "problem.gap": (
        "网格之间有空隙，{area_m2} 平方米，不属于任何网格",
        "There is a gap between the grids: {area_m2} m² that belong to none",
    ),
    "fix.gap": (
        "在地图上查看：漏划的并入相邻网格；本来就不划网格的（如湖面）不必处理",
        "Look at it on the map: if it was left out, add it to a grid next to it; if it needs none, "
        "a lake for instance, leave it",
    ),
    "problem.outside_territory": (
        "图形在本辖区之外",
        "The shape lies outside the territory",
    ),
    "fix.outside_territory": (
        "检查是否选对了文件和坐标系；确属其他辖区的，转交该辖区",
        "Check that the file and its coordinate system are the right ones; if the place belongs to "
        "another territory, hand it over",
    ),
    "problem.beyond_territory": (
        "行政区代码 {value} 不在导入人的辖区",
        "The administrative code {value} lies beyond the territory of whoever imports it",
    ),
    "fix.beyond_territory": (
        "核对是否拿错了文件；可略过这些图斑，或请辖区更大的人导入",
        "Check that it is the right file; leave these patches out, or let somebody with a larger "
        "territory import it",
    ),
    "problem.shifted": (
        "整个图层像是用了{system}，偏移约 {offset_m} 米",
        "The whole layer seems to be in {system}, about {offset_m} m off",
    ),
    "fix.shifted": (
        "在地图上对比纠正前后的位置，对得上再确认纠正；或请对方提供 CGCS2000 坐标的文件",
        "Compare both positions on the map and accept the correction if it fits; or ask for the "
        "file in CGCS2000",
    ),
    # geo.shapes.offset: systems and verdicts.
    "offset.gcj02": ("火星坐标系（高德、腾讯地图）", "GCJ-02 (Amap, Tencent maps)"),
    "offset.bd09": ("百度坐标系（百度地图）", "BD-09 (Baidu maps)"),
    "offset.sure": (
        "图层用的是{system}：纠正约 {offset_m} 米后，与参照图层的边界重合",
        "The layer is in {system}: brought back by about {offset_m} m, its outlines are those of "
        "the reference",
    ),
    "offset.likely": (
        "图层很可能用了{system}：纠正约 {offset_m} 米后，与参照图层的边界大致相符；请在地图上核对",
        "The layer is probably in {system}: brought back by about {offset_m} m, its outlines run "
        "along those of the reference; check it on the map",
    ),
    "offset.right_sure": (
        "图层没有偏移：与参照图层的边界重合",
        "The layer is not off: its outlines are those of the reference",
    ),
    "offset.right_likely": (
        "图层看来没有偏移：与参照图层的边界大致相符",
        "The layer does not seem to be off: its outlines run along those of the reference",
    ),
    "offset.unclear": (
        "看不出图层是否偏移：它与参照图层没有足够的共同边界，或偏移并非地图加密造成。请换一个参照图层，或在地图上核对",
        "Whether the layer is off cannot be told: it shares too few outlines with the reference, or "
        "it is off for another reason than a web map. Take another reference, or check it on the map",
    ),
}
