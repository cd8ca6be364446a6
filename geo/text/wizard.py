"""The steps of the import on the screen."""

WIZARD: dict[str, tuple[str, str]] = {
    "wizard.step_file": ("文件", "File"),
    "wizard.step_content": ("内容", "Content"),
    "wizard.step_place": ("位置", "Place"),
    "wizard.step_confirm": ("问题与确认", "Check and confirm"),
    "wizard.next": ("下一步：{step}", "Next: {step}"),
    "wizard.back": ("上一步", "Back"),
    "wizard.to_file": ("回到第一步", "Back to the first step"),
    # File.
    "wizard.several_layers": (
        "文件里有 {count} 个图层，要导入哪一个？",
        "The file holds {count} layers. Which one is to be imported?",
    ),
    "wizard.choose_layer": ("请先选一个图层。", "Choose a layer first."),
    "wizard.size": ("大小", "Size"),
    "wizard.file_kept": (
        "正在导入 {name}。要换文件，直接拖到上面。",
        "Importing {name}. Drop another file above to take that instead.",
    ),
    # Content.
    "wizard.encoding_lies": (
        "文件写的编码是 {claimed}，但文字内容是 {found}，已按内容读取。请核对前几行的文字。",
        "The file names the encoding {claimed}, but its bytes are {found} and were read as such. "
        "Check the texts in the first rows.",
    ),
    "wizard.garbled": (
        "{count} 行里有字不是 {encoding} 编码，显示为 �。请换一个编码，看前几行的文字是否读得通。",
        "Rows with signs that are not {encoding}, shown as �: {count}. Choose another encoding until "
        "the first rows can be read.",
    ),
    "wizard.fields": ("哪个字段是什么", "Which field is what"),
    "wizard.no_field": ("（没有）", "(none)"),
    "wizard.code_needed": (
        "请选择编号字段；没有编号时，打开“按行号编号”。",
        "Choose the field with the number, or switch on “Number the rows”.",
    ),
    "wizard.make_codes": ("没有编号，按行号编号", "No numbers: number the rows"),
    "wizard.keep_template": ("保存这种对应…", "Keep this mapping…"),
    "wizard.template_name": ("模板名", "Name of the template"),
    "wizard.save_template": ("保存模板", "Save the template"),
    "wizard.template_saved": (
        "已保存模板 {name}，下次字段相同的文件会自动套用。",
        "The template {name} is kept; files with these fields will be read with it.",
    ),
    # Place.
    "wizard.which_system": ("坐标系", "Coordinate system"),
    "wizard.other_system": ("其他坐标系…", "Another one…"),
    "wizard.north_first": ("先北后东（纬度或纵坐标在前）", "North before east (latitude first)"),
    "wizard.turned": ("{name}，先北后东", "{name}, north before east"),
    "wizard.distance": ("离本单位范围 {km} 公里", "{km} km from the territory"),
    "wizard.file_says": ("文件写明", "The file says"),
    "wizard.says_nothing": ("没有说明坐标系", "nothing about its coordinate system"),
    "wizard.numbers": ("坐标数值（中部）", "Numbers (in the middle)"),
    "wizard.all_inside": ("都在本单位范围内", "all within the territory"),
    "wizard.some_outside": (
        "有图形在本单位范围之外，请核对",
        "some lie outside the territory: check",
    ),
    "wizard.territory": ("本单位范围", "Territory"),
    "wizard.candidates": ("可能的位置", "Possible places"),
    "wizard.map_candidates": (
        "蓝色是各坐标系下图层会在的位置，橙色是选中的；灰线是本单位范围。",
        "Blue: where the layer would lie in each system; orange: in the chosen one. Grey lines: the "
        "territory.",
    ),
    "wizard.map_placed": (
        "橙色是图层，灰线是本单位范围。位置对吗？",
        "Orange: the layer. Grey lines: the territory. Is it where it belongs?",
    ),
    "wizard.shift": ("偏移", "Offset"),
    "wizard.shift_none": ("不改动", "Leave as it is"),
    "wizard.shift_gcj02": ("去除火星坐标偏移（GCJ-02）", "Take GCJ-02 out"),
    "wizard.shift_bd09": ("去除百度坐标偏移（BD-09）", "Take BD-09 out"),
    # Confirm.
    "wizard.rows": ("文件", "File"),
    "wizard.rows_read": ("{count} 行", "{count} rows"),
    "wizard.good": ("可以导入", "Can be imported"),
    "wizard.repaired": ("已修复", "Repaired"),
    "wizard.refused": ("不能导入", "Cannot be taken"),
    "wizard.layer_name": ("图层名", "Name of the layer"),
    "wizard.report": ("下载检查报告", "Download the report"),
    "wizard.report_file": ("检查报告", "report"),
    "wizard.no_problems": ("没有发现问题。", "No problems found."),
    "wizard.known": (
        "这份文件已经导入过（{name}）。再导入一次不会改变任何内容。",
        "This very file was imported before ({name}). Importing it again changes nothing.",
    ),
    "wizard.replaces": (
        "将替换已有的图层（{source}，{count} 个图形）。",
        "It takes the place of a layer that is there ({source}, {count} shapes).",
    ),
    "wizard.skip_all": (
        "全部按建议处理：跳过 {count} 行不能导入的",
        "Do as advised for all: leave out the rows that cannot be taken ({count})",
    ),
    "wizard.corrects": (
        "这是批次 {batch} 的更正件：{counts}",
        "This corrects the batch {batch}: {counts}",
    ),
    "wizard.comparing": ("正在与原批次比对…", "Comparing with the batch…"),
    "wizard.flagged": (
        "{count} 个图斑已经核查或办理过，更正后需要人工核对；已有的结论和记录都保留。",
        "{count} patches were worked on before and have to be looked at after this; what was found "
        "and decided stays.",
    ),
    "wizard.before": ("原轮廓", "Before"),
    "wizard.after": ("新轮廓", "After"),
    "wizard.do_correct": (
        "用 {count} 个图形更正批次 {batch}",
        "Correct the batch {batch} with {count} shapes",
    ),
    "wizard.correction_undo": (
        "已有的核查、审核和历史不变；原轮廓会保留，但更正不能整批撤销。",
        "Findings, reviews and history stay, and so do the former outlines; a correction cannot be "
        "taken back as a whole.",
    ),
    "wizard.corrected": (
        "批次 {name} 已更正：{counts}。",
        "The batch {name} was corrected: {counts}.",
    ),
    "wizard.difference": ("变化", "Difference"),
    "wizard.changed": ("改动的内容", "What changes"),
    "wizard.area_change": ("面积（公顷）", "Area (ha)"),
    "wizard.look": ("需要核对", "To look at"),
}
