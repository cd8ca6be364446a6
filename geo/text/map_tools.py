"""What the tools of the map say: ``map_tool.WORD`` on the map, ``map_tools.WORD`` beside it.

Fields like ``{mu}`` are filled in by the map itself while somebody draws.
"""

MAP_TOOLS: dict[str, tuple[str, str]] = {
    "map_tool.search": ("查找图斑号、地名或坐标", "Find a patch number, a place or coordinates"),
    "map_tool.search_hint": ("编号 / 地名 / 坐标", "Number / place / coordinates"),
    "map_tool.search_clear": ("清除查找", "Clear the search"),
    "map_tool.search_answers": ("查找结果", "What was found"),
    "map_tool.searching": ("正在查找……", "Searching …"),
    "map_tool.fit": ("缩放到所选图斑（F）", "Zoom to the chosen patch (F)"),
    "map_tool.measure": ("量距离和面积", "Measure length and area"),
    "map_tool.distance": ("距离", "Length"),
    "map_tool.surface": ("面积", "Area"),
    "map_tool.around": ("周长", "outline"),
    "map_tool.measure_hint": (
        "点击加点，双击或回车结束，Esc 退出",
        "Click for each corner; double click or Enter ends, Esc leaves",
    ),
    "map_tool.again": ("重新量", "Again"),
    "map_tool.undo_corner": ("退一点", "Undo corner"),
    "map_tool.finish": ("完成", "Finish"),
    "map_tool.end": ("退出", "Close"),
    "map_tool.metres": ("{n} 米", "{n} m"),
    "map_tool.kilometres": ("{n} 公里", "{n} km"),
    "map_tool.area": ("{mu} 亩（{ha} 公顷）", "{ha} ha ({mu} mu)"),
    "map_tool.select": ("框选图斑", "Select patches in an area"),
    "map_tool.box": ("矩形", "Box"),
    "map_tool.polygon": ("多边形", "Polygon"),
    "map_tool.select_add": ("追加", "Add"),
    "map_tool.select_box_hint": (
        "拖出一个矩形；按住 Shift 追加，Esc 退出",
        "Drag a box; hold Shift to add, Esc leaves",
    ),
    "map_tool.select_area_hint": (
        "点击加点，双击结束；按住 Shift 追加，Esc 退出",
        "Click for each corner, double click ends; hold Shift to add, Esc leaves",
    ),
    "map_tool.draw": ("画范围或切割线", "Draw an outline or a cut"),
    "map_tool.outline": ("范围", "Outline"),
    "map_tool.cut": ("切割线", "Cut"),
    "map_tool.draw_hint": (
        "点击加点，双击或回车完成，退格撤销一点，Esc 放弃",
        "Click for each corner; double click or Enter ends, Backspace undoes, Esc gives up",
    ),
    "map_tool.locate": ("我的位置", "Where I am"),
    "map_tool.locating": ("正在取得位置……", "Asking for your place …"),
    "map_tool.located": ("已定位，误差约 {m} 米", "Found, to within some {m} m"),
    "map_tool.locate_refused": (
        "浏览器没有允许定位。请在地址栏的网站权限里允许“位置”，再试一次。",
        "The browser refused to tell the place. Allow “Location” for this site beside the address, "
        "then try again.",
    ),
    "map_tool.locate_insecure": (
        "浏览器只在 https 的地址上提供位置。请用 https 打开本系统，或请管理员启用证书。",
        "Browsers tell the place to https addresses only. Open this system by https, or ask your "
        "administrator for a certificate.",
    ),
    "map_tool.locate_failed": (
        "设备没有给出位置。请到室外或打开定位后再试。",
        "The device gave no place. Go outdoors or switch its location on, then try again.",
    ),
    "map_tool.full_screen": ("全屏", "Full screen"),
    "map_tool.leave_full": ("退出全屏", "Leave full screen"),
    "map_tool.no_full_screen": (
        "浏览器没有允许全屏。",
        "The browser did not allow the full screen.",
    ),
    "map_tool.print": ("打印或存成图片", "Print or save as a picture"),
    "map_tool.print_title": ("标题", "Title"),
    "map_tool.print_png": ("存为 PNG", "Save as PNG"),
    "map_tool.print_pdf": ("存为 PDF", "Save as PDF"),
    "map_tool.printing": ("正在生成……", "Being made …"),
    "map_tool.print_failed": (
        "没有生成成功。请再试一次；若仍不行，请联系管理员。",
        "It could not be made. Try again; if that does not help, ask your administrator.",
    ),
    "map_tool.print_without_ground": (
        "已保存，但没有底图：那个底图来自别的网站，浏览器不许复制。",
        "Saved, but without the background: it comes from another site, and browsers forbid to "
        "copy that.",
    ),
    "map_tool.print_system": (
        "CGCS2000 · 地图按网络墨卡托绘制，比例尺为图幅中心处",
        "CGCS2000 · drawn in Web Mercator, scale true in the middle",
    ),
    "map_tool.north": ("北", "N"),
    "map_tool.keys": ("快捷键（?）", "Keys (?)"),
    "map_tool.close": ("关闭", "Close"),
    "map_tools.key_next": ("下一个图斑", "Next patch"),
    "map_tools.key_previous": ("上一个图斑", "Previous patch"),
    "map_tools.key_fit": ("缩放到所选图斑", "Zoom to the chosen patch"),
    "map_tools.key_compare": ("前后影像 / 地图", "Before and after / map"),
    "map_tools.key_pass": ("通过", "Pass"),
    "map_tools.key_return": ("退回", "Return"),
    "map_tools.key_help": ("显示这个说明", "Show this help"),
    "map_tools.key_escape": ("退出正在用的工具", "Leave the tool in use"),
    "map_tools.key_enter": ("完成量算或绘制", "Finish measuring or drawing"),
    "map_tools.patch": ("图斑 · 批次 {batch}", "Patch · batch {batch}"),
    "map_tools.grid": ("网格 {code}", "Grid {code}"),
    "map_tools.degrees": ("坐标（CGCS2000 经纬度）", "Coordinates (degrees of CGCS2000)"),
    "map_tools.zone": (
        "坐标：{width} 度带第 {zone} 带（中央经线 {meridian}°）",
        "Coordinates: {width}-degree zone {zone} (meridian {meridian}°)",
    ),
    "map_tools.zone_guessed": (
        "坐标没有带号，按 {width} 度带第 {zone} 带（中央经线 {meridian}°）",
        "No zone given: taken as {width}-degree zone {zone} (meridian {meridian}°)",
    ),
    "map_tools.not_found": (
        "没有找到。可以输入图斑号（或其中一段）、批次/图斑号、网格或地名，或坐标："
        "43.456 116.123、43°27′22″ 116°7′23″、4812345 39512345。",
        "Nothing found. Enter a patch number or a part of it, BATCH/NUMBER, a grid or place name, or "
        "coordinates: 43.456 116.123, 43°27′22″ 116°7′23″, 4812345 39512345.",
    ),
    "map_tools.drawn_area": ("画出的范围", "Drawn outline"),
    "map_tools.drawn_cut": ("画出的切割线", "Drawn cut"),
    "map_tools.corners": ("{count} 个顶点", "{count} corners"),
    "map_tools.length": ("长 {metres} 米", "{metres} m long"),
    "map_tools.no_area": (
        "画出的线没有围出面积，请重新画。",
        "The drawn line goes around no area: draw it again.",
    ),
    "map_tools.save_drawn": ("导出", "Export"),
    "map_tools.drop_drawn": ("擦掉", "Remove"),
    "map_tools.picked": (
        "地图上选了 {count} 个图斑，其中 {more} 个不在下表显示的行里",
        "{count} patches chosen on the map, {more} of them not among the rows below",
    ),
    "map_tools.drop_picked": ("清除选择", "Clear the selection"),
}
