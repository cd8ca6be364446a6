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
    "error.cannot_access": (
        "{path}：无法读写（{detail}）。请检查文件权限和磁盘。",
        "{path}: cannot be read or written ({detail}). Check its rights and the disk.",
    ),
    "error.file_empty": (
        "{path}：里面没有可用的图层。请确认里面有这些格式之一：{known}。",
        "{path}: holds no layer. Check that it contains one of: {known}.",
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
        "请用 --crs 指定；可能的有：{candidates}。",
        "{path}: does not name its coordinate system and its numbers do not show it ({bounds}). "
        "Give --crs; it could be one of: {candidates}.",
    ),
    "error.crs_unknown": (
        "不认识坐标系 {crs}。请写成 EPSG:4490 或 EPSG:4528 这样。",
        "The coordinate system {crs} is not known. Write it like EPSG:4490 or EPSG:4528.",
    ),
    "error.crs_mismatch": (
        "两个图层的坐标系不同：{left} 和 {right}。请先统一。",
        "Two layers are in different coordinate systems: {left} and {right}. Bring them into one.",
    ),
    "error.column_unknown": (
        "没有 {column} 这一栏。可选：{known}。",
        "There is no column {column}. Choose one of: {known}.",
    ),
    "error.field_unknown": (
        "{path}：没有字段 {field}。文件里的字段：{known}。",
        "{path}: has no field {field}. Its fields: {known}.",
    ),
    "error.field_needed": (
        "{path}：看不出哪个字段是编号。请用 --field code=字段名 指定。文件里的字段：{known}。",
        "{path}: which field holds the number? Give --field code=FIELD. Its fields: {known}.",
    ),
    "error.layer_without_shapes": (
        "{path}：图层 {layer} 没有图形。请选择带面的图层。",
        "{path}: the layer {layer} holds no shapes. Choose a layer with polygons.",
    ),
    "error.layer_not_polygons": (
        "{path}：图层 {layer} 里是{kind}，图斑和网格必须是面。请选择另一个图层。",
        "{path}: the layer {layer} holds shapes of another kind ({kind}); patches and grids must "
        "be polygons. Choose another layer.",
    ),
    "error.layer_replaces": (
        "已有同名图层 {layer}（{source}，{count} 个图形），导入后会被替换。请核对后加 --yes，或用 --name 另起名字。",
        "There is a layer {layer} already ({source}, {count} shapes); it would be replaced. Check "
        "this and add --yes, or give another name with --name.",
    ),
    "error.layer_name_bad": (
        "图层名 {layer} 不能用：不能为空，不能含换行，最多 80 个字。请换一个。",
        "The layer name {layer} cannot be used: not empty, no line break, at most 80 characters. "
        "Choose another.",
    ),
    "error.layer_empty": (
        "{path}：图层 {layer} 是空的，没有可导入的行。请检查导出时是否选中了要素。",
        "{path}: the layer {layer} is empty. Check whether shapes were selected when it was made.",
    ),
    "error.crs_implausible": (
        "{path}：坐标数值（{bounds}）不像坐标系 {crs}。请用 --crs 指定正确的坐标系。",
        "{path}: its numbers ({bounds}) do not fit {crs}. Give the right system with --crs.",
    ),
    "error.proposals_open": (
        "有 {count} 项由程序判断，需要您确认：{what}。请核对后加 --yes，或自己指定。",
        "Found out by the program and to be confirmed by you ({count}): {what}. "
        "Check this and add --yes, or say it yourself.",
    ),
    "error.rows_refused": (
        "{path}：{count} 行有问题，没有导入任何内容。请改正后重试，或用 --skip-refused 跳过这些行。",
        "{path}: {count} rows cannot be taken, so nothing was imported. "
        "Mend them and try again, or leave them out with --skip-refused.",
    ),
    "error.batch_exists": (
        "批次 {batch} 已由另一个文件 {source} 导入（{count} 个图斑）。请用 --batch 给这份文件另起批次名。",
        "The batch {batch} was imported before from another file, {source} ({count} patches). "
        "Give this file a batch of its own with --batch.",
    ),
    "error.batch_name_bad": (
        "批次名 {batch} 不能用：不能为空，不能含 / 或换行，最多 80 个字。请换一个。",
        "The batch name {batch} cannot be used: not empty, no slash or line break, at most 80 "
        "characters. Choose another.",
    ),
    "error.grids_exist": (
        "{path}：{count} 个网格编号已经存在（例如 {example}）。没有导入任何内容。请改用新的编号。",
        "{path}: {count} grid codes exist already (for instance {example}). Nothing was imported. "
        "Use new codes.",
    ),
    "error.no_grids": (
        "还没有网格，无法定位。请先导入网格。",
        "There are no grids yet, so nothing can be located. Import grids first.",
    ),
    "error.workspace_missing": (
        "{path} 里没有工作区。请先运行 init，或用 --workspace 指定。",
        "There is no workspace in {path}. Run init first, or give --workspace.",
    ),
    "error.workspace_exists": (
        "{path} 里已有工作区，不会覆盖。请换一个文件夹。",
        "There is a workspace in {path} already; it is not overwritten. Choose another folder.",
    ),
    "error.workspace_broken": (
        "工作区文件 {path} 打不开（{detail}）。请停止使用，从备份恢复。",
        "The workspace file {path} cannot be read ({detail}). Stop using it and restore a backup.",
    ),
    "error.workspace_newer": (
        "工作区 {path} 由更新的版本（{version}）建立。请升级程序。",
        "The workspace {path} was made by a newer version ({version}). Upgrade the program.",
    ),
    "error.network_file_system": (
        "{path} 在网络盘上（{kind}），网络盘的文件锁不可靠，会丢数据。请放到本机硬盘。",
        "{path} lies on a network drive ({kind}), whose locks cannot be trusted with data. "
        "Use a local disk.",
    ),
    "error.sqlite_too_old": (
        "SQLite {version} 太旧，有数据损坏的缺陷。请重新安装 requirements.txt。",
        "SQLite {version} is too old and can corrupt data. Install requirements.txt again.",
    ),
    "error.patch_unknown": (
        "没有图斑 {patch}，或者它不在您的辖区。请检查图斑号。",
        "There is no patch {patch}, or it is not in your territory. Check the number.",
    ),
    "error.patch_ambiguous": (
        "图斑号 {patch} 在几个批次里都有：{known}。请写成 批次/图斑号。",
        "The number {patch} is used in several batches: {known}. Write it as BATCH/NUMBER.",
    ),
    "error.unknown_patch": (
        "没有图斑 {value}，或者它不在您的辖区。请检查图斑号。",
        "There is no patch {value}, or it is not in your territory. Check the number.",
    ),
    "error.ambiguous_patch": (
        "图斑号 {value} 在几个批次里都有：{known}。请在 batch 一栏填上批次。",
        "The number {value} is used in several batches: {known}. Fill in the field batch.",
    ),
    "error.tile_address": (
        "地图地址无法识别。请刷新页面。",
        "This address of the map is not understood. Reload the page.",
    ),
    "error.tile_of_another": (
        "这是别人的地图地址。请打开您自己的页面。",
        "This address of the map belongs to somebody else. Open a page of your own.",
    ),
    "error.patch_gone": (
        "图斑 {patch} 已不在您的辖区。请刷新列表。",
        "The patch {patch} is not in your territory any more. Refresh the list.",
    ),
    "error.patch_changed": (
        "图斑 {patch} 已被别人改过（您看到的是第 {seen} 版，现在是第 {standing} 版）。请重新查看后再决定。",
        "The patch {patch} was changed by somebody else (you saw version {seen}, it is now "
        "{standing}). Look at it again and decide anew.",
    ),
    "error.patches_changed": (
        "{count} 个图斑同时被别人改动。没有写入任何内容。请重试。",
        "{count} patches were changed by somebody else at the same time. Nothing was written. "
        "Try again.",
    ),
    "error.batch_name_taken": (
        "批次名 {batch} 已被其他辖区使用，请换一个名称。",
        "Another territory has a batch called {batch}. Choose another name.",
    ),
    "error.person_unknown": (
        "没有人员 {person}。已有：{known}。可用 import people 导入人员。",
        "There is no person {person}. Known: {known}. Add people with import people.",
    ),
    "error.person_not_fitting": (
        "{person} 的角色是{role}，不能负责核查图斑。请选护林员或网格长。",
        "{person} is a {role} and cannot answer for a patch. Choose a ranger or a grid manager.",
    ),
    "error.people_file_bad": (
        "{path}：第 {row} 行的 {column} 不对（{value}）。可以写：{known}。",
        "{path}: row {row}: {column} is wrong ({value}). Write it like {known}.",
    ),
    "error.people_code_missing": (
        "{path}：第 {row} 行没有人员编号。请在 code 一栏补上。",
        "{path}: row {row} has no code. Fill it in under code.",
    ),
    "error.people_columns_missing": (
        "{path}：缺少列 {missing}。表头要有 code 和 role，还可以有 label、level、admin_code。",
        "{path}: the column {missing} is missing. The first line names code and role, and may name "
        "label, level, admin_code.",
    ),
    "error.people_code_repeated": (
        "{path}：第 {row} 行的编号 {person} 与第 {first} 行相同。每个人要有自己的编号。",
        "{path}: row {row} has the code {person} of row {first}. Give everybody a code of their own.",
    ),
    "error.administrator_needed": (
        "没有管理员。人员表里至少要有一行的 role 是 administrator。",
        "There is no administrator. At least one person needs the role administrator.",
    ),
    "error.move_not_allowed": (
        "图斑 {patch} 处于“{stage}”，现在不能“{verb}”。",
        "The patch {patch} is at the stage “{stage}”; “{verb}” is not possible now.",
    ),
    "error.role_not_allowed": (
        "{role}不能做“{verb}”。请由有权限的人办理。",
        "The role {role} may not do “{verb}”. Ask somebody who may.",
    ),
    "error.reason_needed": (
        "图斑 {patch}：“{verb}”需要写明理由。",
        "The patch {patch}: “{verb}” needs a reason.",
    ),
    "error.own_finding": (
        "图斑 {patch} 是您自己调查的，不能由您审核。请换一个人审核。",
        "You surveyed the patch {patch} yourself; somebody else has to review it.",
    ),
    "error.level_not_yours": (
        "图斑 {patch} 现在由{level}审核。",
        "The patch {patch} is now reviewed at another level: {level}.",
    ),
    "error.no_review_due": (
        "图斑 {patch} 处于“{stage}”，现在没有要审核的。",
        "The patch {patch} is at the stage “{stage}”; no review is due.",
    ),
    "error.not_fully_reviewed": (
        "图斑 {patch} 还要经过{level}审核，不能关闭。",
        "The patch {patch} still has to be reviewed at another level: {level}.",
    ),
    "error.unlawful_needs_case": (
        "图斑 {patch} 认定为违法，不能直接办结。请先立案、整改、验收，再销号。",
        "The patch {patch} was found unlawful and cannot simply be closed. Open a case; after "
        "rectification and acceptance it can be closed off the list.",
    ),
    "error.lawful_needs_no_case": (
        "图斑 {patch} 认定为合法，不需要立案，请直接办结。",
        "The patch {patch} was found lawful; it needs no case. Close it.",
    ),
    "error.not_located": (
        "图斑 {patch} 不在任何网格内。请先定位，或用 --grid 指定网格。",
        "The patch {patch} lies in no grid. Locate it first, or name a grid with --grid.",
    ),
    "error.grid_unknown": (
        "没有网格 {grid}。请检查编号。",
        "There is no grid {grid}. Check its code.",
    ),
    "error.nobody_for_grid": (
        "{count} 个图斑所在的网格没有登记护林员（例如 {example}）。请用 --to 指定责任人。",
        "{count} patches lie in grids without a ranger (for instance {example}). "
        "Say who with --to.",
    ),
    "error.nothing_to_assign": (
        "没有可派发的图斑。请先导入并定位。",
        "There is nothing to assign. Import and locate patches first.",
    ),
    "error.nothing_to_export": (
        "没有可带出外业的图斑。请先派发。",
        "There is nothing to take to the field. Assign patches first.",
    ),
    "error.due_past": (
        "期限 {due} 已经过去。请给一个今天或以后的日期。",
        "The deadline {due} has passed. Give today or a later day.",
    ),
    "error.date_bad": (
        "日期 {value} 不对。请写成 2026-11-23 这样。",
        "The date {value} is wrong. Write it like 2026-11-23.",
    ),
    "error.code_list_unknown": (
        "没有代码表 {list}。可选：{known}。",
        "There is no code list {list}. Choose one of: {known}.",
    ),
    "error.findings_format": (
        "{path}：不是外业结果文件（{detail}）。请交回导出的 GeoJSON，填好 found_ 开头的各栏。",
        "{path}: is not a file of findings ({detail}). Return the exported GeoJSON with the fields "
        "that begin with found_ filled in.",
    ),
    "error.out_exists": (
        "{path} 是一个文件，需要的是文件夹。请换一个位置。",
        "{path} is a file, but a folder is needed. Choose another place.",
    ),
    "error.cannot_write": (
        "写不了 {path}（{detail}）。请检查磁盘空间和权限。",
        "{path} cannot be written ({detail}). Check the disk's space and rights.",
    ),
    "error.crs_no_way": (
        "从坐标系 {crs} 没有公开的途径换算到 CGCS2000。请先在原软件中转换为 CGCS2000（例如 EPSG:4490）。",
        "No public way leads from {crs} to CGCS2000. Convert it first where it came from (for "
        "instance to EPSG:4490).",
    ),
    "error.crs_no_shift": (
        "{path}：坐标系是 {crs}，与 CGCS2000 之间没有公开的转换参数，直接当作 {stand_in} 会偏差数十至上百米。"
        "请先在原软件中转换为 CGCS2000；能接受这个偏差时，用 --crs 指定 {stand_in}。",
        "{path}: is in {crs}, from which no public shift leads to CGCS2000. Convert it where it came "
        "from. Taken for {stand_in} as it is, everything lies tens of metres off; if you accept "
        "that, say --crs {stand_in}.",
    ),
    "error.patch_shapes_unusable": (
        "{count} 个图斑的图形为空或有错误，无法定位（例如第 {example} 个）。请先修复图形再定位。",
        "{count} patches have an empty or invalid shape and cannot be located (for instance no. "
        "{example}). Repair the shapes first.",
    ),
    "error.grid_shapes_unusable": (
        "{count} 个网格的图形为空或有错误（例如 {example}）。请先修复网格图形，再定位图斑。",
        "{count} grids have an empty or invalid shape (for instance {example}). Repair the grids "
        "before patches are located.",
    ),
    "error.grid_codes_repeated": (
        "网格编号重复：{example}。每个网格要有唯一的编号，才能确定图斑归属。",
        "The grid code {example} occurs more than once. Give each grid a code of its own so that "
        "every patch has one owner.",
    ),
    "error.sample_too_small": (
        "图斑（{patches}）或网格（{grids}）太少：至少 {least_patches} 个和 {least_grids} 个。",
        "Too few patches ({patches}) or grids ({grids}): ask for {least_patches} and {least_grids}.",
    ),
    "error.defect": (
        "这个页面出错了，详情已记入日志。请刷新页面，核对刚才的操作是否生效；若仍出错，请联系管理员。",
        "This screen failed; the log says how. Reload the page and check whether your last step "
        "took effect; if it fails again, ask your administrator.",
    ),
    "error.port_taken": (
        "端口 {port} 已被占用。请用 --port 换一个，或先关闭占用它的程序。",
        "The port {port} is taken. Choose another with --port, or stop what uses it.",
    ),
}
