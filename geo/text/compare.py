"""Before and after: imagery on the map, the swipe, two images side by side."""

COMPARE: dict[str, tuple[str, str]] = {
    "compare.map": ("地图", "Map"),
    "compare.swipe": ("卷帘", "Swipe"),
    "compare.side": ("并排", "Side by side"),
    "compare.ways": ("前后影像对比（B）", "Before and after (B)"),
    "compare.before": ("前", "Before"),
    "compare.after": ("后", "After"),
    "compare.before_map": ("前期影像", "Image before"),
    "compare.after_map": ("后期影像", "Image after"),
    "compare.divider": (
        "卷帘：左为前期，右为后期；用左右方向键移动",
        "Swipe: before on the left, after on the right; the arrow keys move it",
    ),
    "compare.image": ("影像", "Image"),
    "compare.basemap": ("底图", "Basemap"),
    "compare.none": ("不显示", "None"),
    "compare.strength": ("浓淡", "Strength"),
    "compare.no_tiles": (
        "影像没有载入。请检查网络后再试；若仍不行，请告知管理员",
        "The image did not load. Check the network and try again; if that does not help, tell your "
        "administrator",
    ),
    "compare.same_day": ("图斑所写日期当天", "on the day that the patch names"),
    "compare.days_later": (
        "比图斑的 {wanted} 晚 {days} 天",
        "{days} days after the patch's {wanted}",
    ),
    "compare.days_earlier": (
        "比图斑的 {wanted} 早 {days} 天",
        "{days} days before the patch's {wanted}",
    ),
    "image_line.title": ("影像", "Images"),
    "image_line.none": (
        "还没有登记影像，无法看前后变化；管理员可在“导入”页面导入影像",
        "No imagery is registered, so no change can be seen; an administrator brings some on "
        "the screen Import",
    ),
    "image_line.absent": ("没有", "none"),
    "image_line.of_side": ("{side}：{lack}", "{side}: {lack}"),
    "image_line.swipe": ("在地图上卷帘对比", "Swipe on the map"),
}
