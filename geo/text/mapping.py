"""Templates of field mappings, and why a field is proposed."""

MAPPING: dict[str, tuple[str, str]] = {
    "field_because.template": ("按模板", "By a template"),
    "field_because.name": ("字段名是已知的名称", "Its name is known"),
    "field_because.cut_name": ("字段名是已知名称，被截短了", "Its name is known, cut short"),
    "field_because.pinyin": ("字段名是已知名称的拼音", "Its name is a known one in pinyin"),
    "field_because.initials": (
        "字段名是已知名称的拼音首字母",
        "Its name is the pinyin initials of a known one",
    ),
    "field_because.similar": ("字段名与已知名称相近", "Its name is near to a known one"),
    "field_because.values": ("只按字段内容推测，请核对", "By its values alone; please check"),
    "template.forest_2019": ("森林督查 2019 年图层", "Forest supervision layer, 2019"),
    "template.form_2023": ("2023 年前后的核查表", "Survey form of about 2023"),
    "template.grassland": ("草原变化图斑（通用）", "Grassland changes, general"),
    "template.forest_base_map": ("林地一张图小班", "Forest base map, sub-compartments"),
    "error.template_unknown": (
        "没有模板“{name}”。这类图层的模板有：{known}。",
        "There is no template “{name}”. Templates for this kind of layer: {known}.",
    ),
    "error.template_name_bad": (
        "模板名称“{name}”不能用。请用 1 到 {limit} 个字，不含斜线和看不见的字符。",
        "“{name}” cannot be a template's name. Use 1 to {limit} characters, without slashes and "
        "characters that are not seen.",
    ),
    "error.template_name_taken": (
        "模板名称“{name}”已用于系统自带的模板或另一类图层。请换一个名称。",
        "The name “{name}” belongs to a built-in template or to one for another kind of layer. "
        "Choose another name.",
    ),
    "error.template_exists": (
        "已有模板“{name}”，内容不同。确认替换，或先给文件里的模板改名。",
        "There is another template “{name}” already. Confirm that it is to be replaced, or rename "
        "the one in the file first.",
    ),
    "error.template_builtin": (
        "“{name}”是系统自带的模板，不能删除。",
        "“{name}” came with the program and cannot be deleted.",
    ),
    "error.template_column_unknown": (
        "模板“{name}”：这类图层没有“{column}”这一栏。可用：{known}。",
        "Template “{name}”: this kind of layer has no column {column}. Known: {known}.",
    ),
    "error.template_field_bad": (
        "模板“{name}”：“{column}”一栏的字段名“{field}”不能用（空、过长、重复或含控制字符）。"
        "请改正后再保存。",
        "Template “{name}”: the field “{field}” cannot be taken for {column}. It is empty, too "
        "long, named twice or has control characters. Correct it and save again.",
    ),
    "error.template_empty": (
        "模板“{name}”里没有字段。请至少对应一栏。",
        "The template “{name}” holds no field. Give at least one column its field.",
    ),
    "error.template_too_large": (
        "模板文件超过 {limit} 个字符。请选择由本系统导出的模板。",
        "The template is longer than {limit} characters. Choose one that this program exported.",
    ),
    "error.template_unreadable": (
        "这不是本系统导出的模板。请在有该模板的办公室重新导出。",
        "This is no template that this program exported. Have it exported again where it is kept.",
    ),
    "error.template_kind_unknown": (
        "模板“{name}”：不认识图层类型“{kind}”。可用：{known}。",
        "Template “{name}”: the kind of layer “{kind}” is not known. Known: {known}.",
    ),
}
