"""What went wrong as a whole: ``error.CODE``. Each says what, where, and what to do."""

ERRORS: dict[str, tuple[str, str]] = {
    "error.file_missing": (
        "找不到文件 {path}。请检查路径和文件名。",
        "There is no file {path}. Check the path and the name.",
    ),
    "error.format_unknown": (
        "{path}：不认识这种文件。可以用：{known}。",
        "{path}: this kind of file is not known. Use one of: {known}.",
    ),
    "error.file_unreadable": (
        "{path}：文件打不开（{detail}）。请在原软件中重新导出。",
        "{path}: the file cannot be opened ({detail}). Export it again where it came from.",
    ),
    "error.file_empty": (
        "{path}：里面没有可用的空间图层。请确认压缩包里有 .shp、.gpkg 或 .geojson。",
        "{path}: holds no layer. Check that the archive contains a .shp, .gpkg or .geojson.",
    ),
    "error.layer_unknown": (
        "{path}：没有图层 {layer}。可选：{known}。",
        "{path}: has no layer {layer}. Choose one of: {known}.",
    ),
    "error.layer_needed": (
        "{path}：有多个图层（{known}），请用 --layer 选一个。",
        "{path}: holds several layers ({known}). Choose one with --layer.",
    ),
    "error.encoding_wrong": (
        "{path}：文字不是 {encoding} 编码。请换一个编码，例如 GB18030 或 UTF-8。",
        "{path}: its text is not {encoding}. Choose another encoding, for instance GB18030 or UTF-8.",
    ),
    "error.crs_missing": (
        "{path}：文件没有说明坐标系，坐标数值也看不出来（{bounds}）。"
        "请用 --crs 指定，例如 EPSG:4528。",
        "{path}: does not name its coordinate system and its numbers do not show it ({bounds}). "
        "Give --crs, for instance EPSG:4528.",
    ),
    "error.crs_unknown": (
        "不认识坐标系 {crs}。请写成 EPSG:4490 或 EPSG:4528 这样。",
        "The coordinate system {crs} is not known. Write it like EPSG:4490 or EPSG:4528.",
    ),
    "error.crs_mismatch": (
        "两个图层的坐标系不同：{left} 和 {right}。请先统一。",
        "Two layers are in different coordinate systems: {left} and {right}. Bring them into one.",
    ),
}
