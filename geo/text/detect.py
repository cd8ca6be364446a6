"""Sky view of one's own: what is found between two images, and what is refused."""

DETECT: dict[str, tuple[str, str]] = {
    # ---- Refused -------------------------------------------------------------------------------
    "error.detect_unreadable": (
        "影像 {path} 读不出来（{detail}）。请提供完整的 .tif 影像文件。",
        "The image {path} cannot be read ({detail}). Give a whole GeoTIFF file (.tif).",
    ),
    "error.detect_no_place": (
        "{path} 没有写明位置或坐标系。请用地理信息软件配准并指定坐标系，另存为 .tif 后再试。",
        "{path} does not say where it lies or in which coordinate system. Georeference it in a GIS, "
        "save it as a GeoTIFF and try again.",
    ),
    "error.detect_too_large": (
        "{path} 太大（{size} 像元）。请裁成几幅后分别比较。",
        "{path} is too large ({size} pixels). Cut it into several parts and compare each.",
    ),
    "error.detect_apart": (
        "两期影像 {before} 和 {after} 没有重叠的范围。请核对是否同一地区、坐标系是否正确。",
        "The images {before} and {after} have no land in common. Check that both show the same place "
        "and that their coordinate systems are right.",
    ),
    "error.detect_no_band": (
        "{path} 没有第 {band} 波段，只有 {count} 个波段。请改正 --red 或 --nir。",
        "{path} has no band {band}, only {count}. Correct --red or --nir.",
    ),
    "error.detect_no_index": (
        "{path} 没有说明哪个是红波段、哪个是近红外波段，无法计算植被指数。请用 --red 和 --nir 指定，或用 --index 改为比较亮度。",
        "{path} does not say which band is red and which near infrared, so there is no vegetation index. "
        "Name them with --red and --nir, or use --index brightness.",
    ),
    "error.detect_nothing_seen": (
        "{before} 和 {after} 的重叠范围内没有一处两期都看得见（无数据或云）。请换一期影像，或核对云掩膜。",
        "Where {before} and {after} overlap, no place is seen in both (no data, or clouds). Take another "
        "image, or check the mask of clouds.",
    ),
    "error.detect_too_many": (
        "变化多于 {limit} 处，多半不是真实变化。请核对两期影像是否配准、是否同一季节，或加大 --min-area。",
        "More than {limit} changes were found, most of them hardly real. Check that the images lie over "
        "each other and are of one season, or give a larger --min-area.",
    ),
    "error.detect_min_area": (
        "最小面积 {value} 不能用：应大于 0，不超过 10000 公顷。请改正 --min-area。",
        "The smallest area {value} cannot be used: above 0, at most 10,000 ha. Correct --min-area.",
    ),
    "error.batch_of_delivery": (
        "批次 {batch} 是下发的（{source}），机器生成的图斑不能并入。请用 --batch 另起批次名。",
        "The batch {batch} was delivered ({source}); what the machine finds is not mixed into it. Give it "
        "a batch of its own with --batch.",
    ),
    "error.batch_of_machine": (
        "批次 {batch} 是机器生成的，不能再写入别的图斑。请用 --batch 另起批次名。",
        "The batch {batch} is machine-made; nothing else is written into it. Choose another name with "
        "--batch.",
    ),
    "screen_error.batch_of_machine": (
        "批次 {batch} 是机器生成的，不能再写入别的图斑。请另起一个批次名。",
        "The batch {batch} is machine-made; nothing else is written into it. Choose another name.",
    ),
    "error.batch_machine_made": (
        "批次 {batch} 是机器生成的，没有下发文件可以更正它。请把这份文件作为新批次导入。",
        "The batch {batch} is machine-made: no delivered file corrects it. Import this file as a batch of "
        "its own.",
    ),
    # ---- Said ----------------------------------------------------------------------------------
    "cli.detecting": ("正在比较两期影像", "Comparing the images"),
    "cli.detect_done": (
        "批次 {name}（机器生成）：{candidates} 个疑似图斑，共 {area} 公顷；{before} → {after}。",
        "Batch {name}, machine-made: {candidates} candidates, {area} ha; {before} → {after}.",
    ),
    "cli.detect_examined": (
        "找到 {candidates} 个疑似图斑，共 {area} 公顷；没有写入。{before} → {after}。",
        "{candidates} candidates, {area} ha; nothing was written. {before} → {after}.",
    ),
    "cli.detect_unchanged": (
        "这两期影像已按同样的方式比较过（批次 {name}），没有新的写入。",
        "These images were compared in the same way before (batch {name}); nothing was written.",
    ),
    "cli.detect_how": (
        "{index}；阈值 {threshold}，未变化地面的离散 {spread}，季节变化 {season} 已扣除；两期都可见的部分占 {seen}。",
        "{index}; threshold {threshold}, spread of unchanged land {spread}, season {season} taken out; "
        "{seen} of the common rectangle is seen in both.",
    ),
    "cli.detect_truth": (
        "对照已知图斑 {known} 个：命中 {hits}，漏检 {misses}，误报 {false_alarms}；查全率 {recall}，查准率 {precision}；"
        "已知面积查到 {area_covered}，查到的面积 {area_right} 属实。",
        "Against {known} known patches: {hits} hits, {misses} misses, {false_alarms} false alarms; recall "
        "{recall}, precision {precision}; {area_covered} of the known area was found, {area_right} of the "
        "found area is known.",
    ),
    "index.ndvi": ("植被指数下降", "drop of the vegetation index"),
    "index.brightness": ("亮度变化", "change of brightness"),
    "column.origin": ("来源", "Origin"),
    "column.confidence": ("置信度", "Confidence"),
    "origin.delivered": ("下发", "Delivered"),
    "origin.machine": ("机器生成", "Machine-made"),
    "filter.origin_delivered": ("全部下发批次", "All delivered"),
    "filter.origin_machine": ("全部机器生成批次", "All machine-made"),
}
