"""What the screen Import says, and what errors say where there is no command line."""

SCREENS_IMPORT: dict[str, tuple[str, str]] = {
    # Import: what, and which file.
    "import.what": ("导入什么", "What to import"),
    "import.patches": ("图斑", "Patches"),
    "import.grids": ("网格", "Grids"),
    "import.admin": ("行政区", "Units"),
    "import.permits": ("审批范围", "Permits"),
    "import.reserves": ("保护地", "Reserves"),
    "import.reference": ("其他图层", "Other layers"),
    "import.people": ("人员", "People"),
    "import.file": ("文件", "File"),
    "import.file_layers": (
        "文件：形状文件或文件地理数据库压缩包 .zip、.gpkg、.geojson、.kml、.kmz、.gpx、坐标报告 .txt、.csv、.xlsx",
        "File: a zipped shapefile or file geodatabase (.zip), .gpkg, .geojson, .kml, .kmz, .gpx, a "
        "coordinate report (.txt), .csv, .xlsx",
    ),
    "import.file_people": (
        "文件：人员表 .csv 或 .xlsx",
        "File: a table of people (.csv or .xlsx)",
    ),
    "import.start_patches": (
        "把下发的图斑文件拖到上面。先看到文件内容和问题，按下最后的按钮才会写入。",
        "Drop the delivered file of patches above. You see what is in it and what is wrong first; "
        "nothing is written before you press the last button.",
    ),
    "import.start_grids": (
        "把网格文件拖到上面。先看到文件内容和问题，按下最后的按钮才会写入。",
        "Drop the file of grids above. You see what is in it and what is wrong first; nothing is "
        "written before you press the last button.",
    ),
    "import.start_admin": (
        "把行政区图层拖到上面，需要代码和名称。有了行政区，就能核对图斑位置、发现坐标偏移。",
        "Drop a layer of administrative units above, with code and name. With them the place of "
        "patches can be checked and offsets be found.",
    ),
    "import.start_permits": (
        "把审批（使用林地、草地，采伐）范围拖到上面，需要批准文号。",
        "Drop the approved extents (use of land, felling) above, with the number of the approval.",
    ),
    "import.start_reserves": (
        "把自然保护地图层拖到上面。",
        "Drop a layer of reserves above.",
    ),
    "import.start_reference": (
        "把其他要对照的图层拖到上面，点、线、面都可以。",
        "Drop any other layer to compare with above: points, lines or polygons.",
    ),
    "import.start_people": (
        "把人员表拖到上面。第一行是列名：编号写 `code`，角色写 `role`；"
        "可以再加显示名 `label`、审核级别 `level`、行政区代码 `admin_code`。",
        "Drop the table of people above. Its first line names the columns: `code` and `role`, and "
        "where known `label`, `level`, `admin_code`.",
    ),
    "import.before": ("已导入的批次", "Imported so far"),
    "deliveries.name": ("批次", "Batch"),
    "deliveries.source": ("文件", "File"),
    "deliveries.count": ("图斑", "Patches"),
    "deliveries.crs": ("坐标系", "Coordinates"),
    "deliveries.when": ("导入时间", "Imported"),
    "deliveries.who": ("导入人", "By"),
    "import.looking": ("正在读取文件…", "Reading the file…"),
    "import.reading": ("正在读取和检查 {count} 个图形…", "Reading and checking {count} shapes…"),
    # Import: the facts.
    "import.format": ("格式", "Format"),
    "format.ESRI Shapefile": ("形状文件（shp）", "Shapefile"),
    "format.GPKG": ("GeoPackage", "GeoPackage"),
    "format.GeoJSON": ("GeoJSON", "GeoJSON"),
    "import.layer": ("图层", "Layer"),
    "import.shapes": ("图形", "Shapes"),
    "shapes.polygon": ("{count} 个面", "{count} polygons"),
    "shapes.line": ("{count} 条线", "{count} lines"),
    "shapes.point": ("{count} 个点", "{count} points"),
    "shapes.mixed": ("{count} 个图形，类型不一", "{count} shapes of several kinds"),
    "shapes.none": ("{count} 行，没有图形", "{count} rows without shapes"),
    "import.crs": ("坐标系", "Coordinates"),
    "import.encoding": ("编码", "Text encoding"),
    "import.area": ("总面积", "Whole area"),
    "import.by_ellipsoid": ("{area}，按椭球面计算", "{area}, on the ellipsoid"),
    "import.place": ("位置", "Place"),
    "import.near_grids": (
        "{count} 个在现有网格的范围内",
        "{count} in the range of the present grids",
    ),
    "import.far_from_grids": (
        "没有一个在现有网格的范围内，请核对坐标系",
        "not one in the range of the present grids: check the coordinate system",
    ),
    "import.fields": ("字段", "Fields"),
    "import.as_said": ("{value}，文件写明", "{value}, as the file says"),
    "import.as_chosen": ("{value}，由您指定", "{value}, as you chose"),
    "import.as_judged": ("{value}，由程序判断：{reason}", "{value}, found out: {reason}"),
    "list.colon": ("：", ": "),
    "list.comma": ("，", ", "),
    # Import: what a person may say instead.
    "import.code_field": ("编号字段", "Field with the number"),
    "import.choose_field": ("请选择", "Choose one"),
    "import.auto": ("自动", "Automatic"),
    "import.batch": ("批次名", "Name of the batch"),
    "crs.degrees": ("CGCS2000 经纬度（{epsg}）", "CGCS2000 degrees ({epsg})"),
    "crs.wgs84": ("WGS84 经纬度（{epsg}）", "WGS 84 degrees ({epsg})"),
    "crs.zone3": (
        "{datum} 3 度带第 {number} 带，坐标含带号（{epsg}）",
        "{datum} 3° zone {number}, number in the eastings ({epsg})",
    ),
    "crs.meridian3": (
        "{datum} 3 度带，中央经线 {number} 度，不含带号（{epsg}）",
        "{datum} 3° zone on {number}° E, no number ({epsg})",
    ),
    "crs.zone6": (
        "{datum} 6 度带第 {number} 带，坐标含带号（{epsg}）",
        "{datum} 6° zone {number}, number in the eastings ({epsg})",
    ),
    "crs.meridian6": (
        "{datum} 6 度带，中央经线 {number} 度，不含带号（{epsg}）",
        "{datum} 6° zone on {number}° E, no number ({epsg})",
    ),
    # Import: the proof.
    "import.first_rows": (
        "前 {count} 行，请核对文字和数字",
        "First {count} rows: can you read them?",
    ),
    "import.outline": ("轮廓，请核对位置", "Outlines: are they where they belong?"),
    "import.nothing_usable": (
        "没有一行可以导入。请按下面的提示改正文件，再重新上传。",
        "Not one row can be imported. Mend the file as said below and upload it again.",
    ),
    "import.row": ("行", "Row"),
    # Problems.
    "problems.title": ("问题：{counts}", "Rows with problems: {counts}"),
    "problems.count_refused": ("{count} 行不能导入", "not taken {count}"),
    "problems.count_repaired": ("{count} 行已修复", "repaired {count}"),
    "problems.count_notice": ("{count} 行请留意", "worth a look {count}"),
    "problems.file": ("文件", "File"),
    "problems.row": ("行", "Row"),
    "problems.whole_layer": ("全部", "All"),
    "problems.severity": ("处理", "Outcome"),
    "problems.column": ("字段", "Field"),
    "problems.what": ("问题", "What is wrong"),
    "problems.fix": ("怎么办", "What to do"),
    "problems.skip": ("跳过问题行", "Skip bad rows"),
    "severity.refused": ("不能导入", "Not taken"),
    "severity.repaired": ("已修复", "Repaired"),
    "severity.notice": ("请留意", "Look"),
    # Import: the last button and what comes after.
    "import.do_patches": ("导入 {count} 个图斑到批次 {batch}", "Import {count} patches as {batch}"),
    "import.do_grids": ("导入 {count} 个网格", "Import {count} grids"),
    "import.do_admin": ("导入 {count} 个行政区：{batch}", "Import {count} units as {batch}"),
    "import.do_permits": ("导入 {count} 个审批范围：{batch}", "Import {count} permits as {batch}"),
    "import.do_reserves": ("导入 {count} 个保护地：{batch}", "Import {count} reserves as {batch}"),
    "import.do_reference": ("导入 {count} 个图形：{batch}", "Import {count} shapes as {batch}"),
    "import.do_people": ("导入 {count} 人", "Import {count} people"),
    "import.do_without": ("{what}，跳过 {refused} 行", "{what} (bad rows left out: {refused})"),
    "import.blocked": (
        "有 {refused} 行不能导入，所以现在什么也不会写入。请改正文件后重新上传，或跳过这些行。",
        "Rows that cannot be taken: {refused}; so nothing would be written. Mend the file and upload "
        "it again, or skip these rows.",
    ),
    "import.batch_needed": ("请填写批次名。", "Give the batch a name."),
    "import.not_yet": ("现在还不能导入", "Cannot be imported yet"),
    "import.no_undo": (
        "写入后不能整批撤销；同一份文件再导入一次不会重复。",
        "A batch cannot be taken back once written; the same file again changes nothing.",
    ),
    "import.writing": ("正在写入 {count} 行…", "Writing {count} rows…"),
    "import.known_batch": (
        "这份文件已经导入过，批次是 {name}。再导入一次不会改变任何内容。",
        "This very file was imported before, as batch {name}. Importing it again changes nothing.",
    ),
    "import.known_grids": (
        "这份网格文件已经导入过（{name}）。再导入一次不会改变任何内容。",
        "This very file of grids was imported before ({name}). Importing it again changes nothing.",
    ),
    "import.known_people": (
        "这 {count} 人都已登记，没有要导入的。",
        "All {count} people are known already; there is nothing to import.",
    ),
    "import.done_patches": (
        "已导入 {count} 个图斑到批次 {name}，共 {area}；修复 {repaired} 个，跳过 {refused} 行。",
        "{count} patches imported as batch {name}, {area} in all; repaired: {repaired}, rows "
        "skipped: {refused}.",
    ),
    "import.done_layer": (
        "已导入 {count} 个图形（{name}）；修复 {repaired} 个，跳过 {refused} 行。",
        "{count} shapes imported as {name}; repaired: {repaired}, rows skipped: {refused}.",
    ),
    "import.done_grids": (
        "已导入 {count} 个网格（{name}），共 {area}；修复 {repaired} 个，跳过 {refused} 行。",
        "{count} grids imported ({name}), {area} in all; repaired: {repaired}, rows skipped: "
        "{refused}.",
    ),
    "import.done_people": (
        "已登记 {added} 人；其余 {known} 人原来就有，没有改动。",
        "{added} people added; {known} were known before and stay as they are.",
    ),
    "import.people_count": (
        "{count} 人，其中新增 {added} 人",
        "{count} people, {added} of them new",
    ),
    "import.people_roles": ("角色", "Roles"),
    "import.role_count": ("{role} {count} 人", "{role}: {count}"),
    "people.code": ("编号", "Code"),
    "people.role": ("角色", "Role"),
    "people.label": ("显示名", "Shown as"),
    "people.level": ("审核级别", "Level of review"),
    "people.admin_code": ("行政区代码", "Administrative code"),
    "people.is_new": ("状态", "State"),
    "people.new": ("新增", "new"),
    "people.known": ("已有", "known"),
    # The step after an import.
    "import.next": ("下一步", "Next step"),
    "import.need_grids": (
        "还没有网格。导入网格后就可以把图斑定位到网格。",
        "There are no grids yet. Import grids; then patches can be located in them.",
    ),
    "import.need_patches": (
        "还没有待定位的图斑。导入图斑后就可以定位到网格。",
        "No patches wait to be located. Import patches; then they can be located in the grids.",
    ),
    "import.locate_what": (
        "{patches} 个已下发的图斑将按最大重叠面积归入 {grids} 个网格；派发之前可以再次定位。",
        "{patches} issued patches go to those of {grids} grids that hold most of them; until they "
        "are assigned this can be done again.",
    ),
    "import.locate": ("定位到网格", "Locate in grids"),
    "import.locating": ("正在定位 {count} 个图斑…", "Locating {count} patches…"),
    "import.located": (
        "{patches} 个图斑已定位：{located} 个落入网格，{outside} 个在网格之外，"
        "{straddling} 个跨网格（归重叠最大的），{ties} 个平分（归编号小的），用时 {seconds} 秒。",
        "{patches} patches looked at. In a grid: {located}; in none: {outside}; across a border "
        "(the largest part decides): {straddling}; split evenly (the lower code gets them): "
        "{ties}. It took {seconds} s.",
    ),
    "import.located_same": ("结果与上次相同，没有改动。", "The same as before; nothing changed."),
    "import.outside": ("在网格之外：{codes}", "In no grid: {codes}"),
    "import.tie": (
        "平分：{patch} 归 {grid}（另有 {others}）",
        "Split: {patch} to {grid} (also {others})",
    ),
    "import.and_more": ("等 {count} 个", "and {count} more"),
    "import.to_assign": ("去派发", "Go on to assign"),
    # Errors whose general sentence speaks of options on the command line.
    "screen_error.file_unreadable": (
        "{path}：文件打不开，可能已损坏或没有导出完整。请在原软件中重新导出。",
        "{path}: the file cannot be opened; it may be damaged or incomplete. Export it again where "
        "it came from.",
    ),
    "screen_error.layer_needed": (
        "{path}：有多个图层（{known}）。请选择一个；外业结果请只保留一个图层。",
        "{path}: holds several layers ({known}). Choose one; of findings keep only one layer.",
    ),
    "screen_error.crs_missing": (
        "{path}：文件没有说明坐标系，坐标数值也看不出来（{bounds}）。请在左侧选择坐标系；可能的有：{candidates}。",
        "{path}: does not name its coordinate system and its numbers do not show it ({bounds}). "
        "Choose it on the left; it could be one of: {candidates}.",
    ),
    "screen_error.crs_no_shift": (
        "{path}：坐标系是 {crs}，与 CGCS2000 之间没有公开的转换参数。请先在原软件中转换；"
        "能接受数十至上百米的偏差时，在左侧选 {stand_in}。",
        "{path}: is in {crs}, from which no public shift leads to CGCS2000. Convert it where it "
        "came from; if you accept tens of metres of error, choose {stand_in} on the left.",
    ),
    "screen_error.crs_implausible": (
        "{path}：坐标数值（{bounds}）不像坐标系 {crs}。请在左侧选择正确的坐标系。",
        "{path}: its numbers ({bounds}) do not fit {crs}. Choose the right system on the left.",
    ),
    "screen_error.field_needed": (
        "{path}：看不出哪个字段是编号。请在左侧选择编号字段。",
        "{path}: which field holds the number? Choose it on the left.",
    ),
    "screen_error.encoding_wrong": (
        "{path}：文字不是 {encoding} 编码。请在左侧换一个编码。",
        "{path}: its text is not {encoding}. Choose another encoding on the left.",
    ),
    "screen_error.batch_exists": (
        "批次 {batch} 已由另一个文件 {source} 导入（{count} 个图斑）。请另起一个批次名。",
        "The batch {batch} was imported before from another file, {source} ({count} patches). "
        "Choose another name.",
    ),
    "screen_error.findings_format": (
        "{path}：不是外业结果文件。请交回导出的外业包文件，填好要回答的各栏。",
        "{path}: is not a file of findings. Return the exported package with its answers filled "
        "in.",
    ),
    "screen_error.nobody_for_grid": (
        "{count} 个图斑所在的网格没有登记护林员（例如 {example}）。请选择责任人。",
        "{count} patches lie in grids without a ranger (for instance {example}). Choose a person.",
    ),
    "screen_error.person_unknown": (
        "没有人员 {person}。请先在“导入”中登记。",
        "There is no person {person}. Add them on the screen Import.",
    ),
    "screen_error.not_located": (
        "图斑 {patch} 不在任何网格内。请先定位到网格，或指定网格。",
        "The patch {patch} lies in no grid. Locate it first, or name a grid.",
    ),
}
