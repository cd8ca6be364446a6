"""What the use cases say: proposals, reasons, outcomes, broken links of the history."""

WORKFLOW: dict[str, tuple[str, str]] = {
    "proposal.field_code": ("编号取自字段 {value}", "The number comes from the field {value}"),
    "proposal.crs": ("坐标系是 {value}", "The coordinate system is {value}"),
    "proposal.encoding": ("文字编码是 {value}", "The text encoding is {value}"),
    "proposal.field": ("“{column}”取自字段 {value}", "“{column}” comes from the field {value}"),
    "proposal.axes": (
        "坐标先北后东，读入时对调（{value}）",
        "Numbers stand north first; turn them ({value})",
    ),
    "proposal.codes": (
        "没有编号，按行号编为 1 至 {value}",
        "No numbers: number the rows 1 to {value}",
    ),
    "proposal.offset": (
        "图层带有 {value} 偏移，去除后导入",
        "The layer carries the offset {value}: take it out",
    ),
    "proposal.outlines": (
        "{value} 条首尾相接的线，当作面的轮廓",
        "{value} lines that end where they began: take them for outlines",
    ),
    "because.no_table": (
        "文件没有属性表或编号字段",
        "the file has no table, or no field of numbers",
    ),
    "because.closed_lines": (
        "每条线的终点都接近起点",
        "each line ends near to where it began",
    ),
    "because.north_first": (
        "第一个数像纬度或纵坐标",
        "the first number looks like a latitude or a northing",
    ),
    "because.bytes_against": (
        "文件写的是 {claimed}，但文字内容不符",
        "the file says {claimed}, and its bytes say otherwise",
    ),
    "because.name": ("字段名是常用的编号字段名", "its name is a usual one for numbers"),
    "because.bytes": ("文件没有说明，由文字内容判断", "the file does not say; judged by its bytes"),
    "because.zone_prefix": (
        "横坐标带有 3 度带带号",
        "the eastings carry the number of a 3° zone",
    ),
    "because.degrees": ("坐标像经纬度", "the numbers look like degrees"),
    "broken.missing": ("历史记录缺了一条", "an event of the history is missing"),
    "broken.unchained": ("历史记录没有接上前一条", "the event is not chained to the one before"),
    "broken.altered": ("历史记录被改动", "the event was altered"),
    "broken.cut_off": ("历史记录的末尾缺失", "the end of the history is missing"),
    "broken.patch_altered": (
        "图斑的当前内容与历史不符",
        "the patch as it stands does not follow from its history",
    ),
    "broken.patch_missing": (
        "批次中的图斑数与导入时不符",
        "the batch has not as many patches as were imported",
    ),
    "locate.outside": ("不在任何网格内", "in no grid"),
    "answer.patch_code": ("图斑号", "Patch number"),
    "answer.base_version": ("带出时的版本号", "Version it left with"),
    "answer.found_cause": ("核实的变化原因", "Cause found on the ground"),
    "answer.found_unlawful": ("是否违法（1 是，0 否）", "Unlawful (1 yes, 0 no)"),
    "answer.found_land_before": ("核实的前地类", "Land class before, as found"),
    "answer.found_land_after": ("核实的现地类", "Land class now, as found"),
    "answer.found_note": ("说明", "Note"),
    "answer.surveyor": ("调查人编号", "Code of who surveyed"),
    "answer.surveyed_at": ("调查时间", "When it was surveyed"),
    "answer.photos": ("照片", "Photos"),
}
