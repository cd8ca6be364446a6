"""What the command line says to people."""

CLI: dict[str, tuple[str, str]] = {
    "cli.accept": ("接受以上建议吗？", "Accept these proposals?"),
    "cli.reading": ("正在读取文件", "Reading the file"),
    "cli.locating": ("正在定位到网格", "Locating in grids"),
    "cli.assigning": ("正在派发", "Assigning"),
    "cli.packing": ("正在生成外业包", "Writing field packages"),
    "cli.merging": ("正在合并外业结果", "Merging findings"),
    "cli.writing": ("正在写出文件", "Writing the file"),
    "cli.verifying": ("正在核对历史", "Checking the history"),
    "cli.making_sample": ("正在生成示例数据", "Making the sample"),
    "cli.making_demo": ("正在建立演示工作区", "Making the demo workspace"),
    "cli.init_done": (
        "已建立工作区 {path}。人员：{people}。",
        "The workspace {path} is ready. People: {people}.",
    ),
    "cli.sample_done": ("示例数据已写入 {path}。", "The sample lies in {path}."),
    "cli.import_done": (
        "{name}：读入 {rows_read} 行，导入 {taken} 个，修复 {repaired} 个，未导入 {refused} 个"
        "（{crs}，{encoding}）。",
        "{name}: {rows_read} rows read, {taken} imported, {repaired} repaired, {refused} left out "
        "({crs}, {encoding}).",
    ),
    "cli.import_unchanged": (
        "这个文件已经导入过（{name}），没有改动。",
        "This file was imported before ({name}); nothing was changed.",
    ),
    "cli.people_done": (
        "读入 {rows_read} 人，新增 {added} 人。",
        "{rows_read} people read, {added} added.",
    ),
    "cli.findings_done": (
        "{source}：{rows_read} 个图斑，合并 {taken} 个，已有 {unchanged} 个，未填 {unanswered} 个，"
        "不能合并 {refused} 个。",
        "{source}: {rows_read} patches, {taken} merged, {unchanged} known before, {unanswered} "
        "not answered yet, {refused} refused.",
    ),
    "cli.locate_done": (
        "{patches} 个图斑：{located} 个落入网格，{outside} 个不在任何网格，{straddling} 个跨网格，"
        "{ties} 个并列（{seconds} 秒）。",
        "{patches} patches: {located} in a grid, {outside} in none, {straddling} across several, "
        "{ties} tied ({seconds} s).",
    ),
    "cli.tie": (
        "并列：{patch} 归 {grid}，同样大的还有 {others}",
        "Tied: {patch} goes to {grid}, as large a part lies in {others}",
    ),
    "cli.assign_done": (
        "已派发 {assigned} 个图斑给 {people} 人，期限 {due}；不变 {unchanged} 个，"
        "不在网格内未派发 {not_located} 个。",
        "Assigned: {assigned} (people: {people}), due {due}. Unchanged: {unchanged}. Left out, in "
        "no grid: {not_located}.",
    ),
    "cli.package_new": (
        "{path}：{patches} 个图斑，交给 {assignee}",
        "{path}: {patches} patches for {assignee}",
    ),
    "cli.package_old": (
        "{path}：与上次相同，重新写出（{patches} 个图斑，{assignee}）",
        "{path}: as before, written again ({patches} patches, {assignee})",
    ),
    "cli.exported": ("{path}：{patches} 个图斑", "{path}: {patches} patches"),
    "cli.exported_grids": ("{path}：{grids} 个网格", "{path}: {grids} grids"),
    "cli.stage_now": ("图斑 {patch} 现在是“{stage}”。", "The patch {patch} is now “{stage}”."),
    "cli.settled": (
        "图斑 {patch} 的更正已核对，阶段仍为“{stage}”。",
        "What was corrected about the patch {patch} has been looked at; it stays “{stage}”.",
    ),
    "cli.no_templates": ("这类图层还没有模板。", "There is no template for this kind of layer."),
    "cli.template_name": ("模板名", "Template"),
    "cli.template_label": ("系统自带", "Comes with the program"),
    "cli.template_fields": ("字段数", "Fields"),
    "cli.template_field": ("  {name}（{column}）← {field}", "  {name} ({column}) ← {field}"),
    "cli.template_saved": ("已保存模板“{name}”：", "The template “{name}” is kept:"),
    "cli.template_replaced": (
        "已替换模板“{name}”，现为：",
        "The template “{name}” took the place of the former one:",
    ),
    "cli.template_deleted": ("已删除模板“{name}”。", "The template “{name}” is forgotten."),
    "cli.template_exported": (
        "模板“{name}”已写入 {path}。",
        "The template “{name}” lies in {path}.",
    ),
    "cli.listed": ("{shown} 个图斑", "{shown} patches"),
    "cli.nothing_listed": ("没有符合条件的图斑。", "No patch fits."),
    "cli.verified": (
        "{patches} 个图斑、{events} 条历史全部相符。摘要 {digest}",
        "{patches} patches and {events} events all agree. Digest {digest}",
    ),
    "cli.broken": (
        "图斑 {patch}，第 {version} 版：{what}",
        "Patch {patch}, version {version}: {what}",
    ),
    "cli.serving": (
        "天地查：{url}（按 Ctrl+C 停止）",
        "SkyGround: {url} (Ctrl+C stops it)",
    ),
    "cli.problem": ("第 {row} 行：{text}。{fix}。", "Row {row}: {text}. {fix}."),
    "cli.replaced": (
        "替换了原来的图层（{source}）。",
        "It took the place of a layer from {source}.",
    ),
    "cli.layer_problem": ("整个图层：{text}。{fix}。", "The whole layer: {text}. {fix}."),
    "cli.examined": (
        "{source}：读入 {rows_read} 行，修复 {repaired} 个，不能导入 {refused} 个（{crs}，{encoding}）。"
        "没有写入任何内容。",
        "{source}: {rows_read} rows read, {repaired} repaired, {refused} cannot be taken ({crs}, "
        "{encoding}). Nothing was written.",
    ),
    "cli.proposed": ("需确认：{what}（{because}）", "To be confirmed: {what} ({because})"),
    "cli.compared": (
        "与批次 {batch} 比对：{counts}。没有写入任何内容。",
        "Compared with the batch {batch}: {counts}. Nothing was written.",
    ),
    "cli.difference": (
        "{code}：{difference}（{changed}）{reason}",
        "{code}: {difference} ({changed}) {reason}",
    ),
    "cli.corrected": ("批次 {batch} 的更正件：{counts}", "Corrected delivery of {batch}: {counts}"),
    "cli.more_differences": ("……还有 {count} 处不同。", "… and {count} more differences."),
    "cli.shift_names": (
        "--shift 只能写 `gcj02`、`bd09` 或 `none`；收到的是 {value}。",
        "--shift is one of gcj02, bd09, none; got {value}.",
    ),
    "cli.more_problems": ("……还有 {count} 个问题。", "… and {count} more problems."),
    "cli.field_pairs": (
        "--field 要写成“栏=字段”，例如 code=图斑号；收到的是 {value}。",
        "--field is written COLUMN=FIELD, for instance code=TBBH; got {value}.",
    ),
    "cli.choose_patches": (
        "请用 --patch 指定图斑，或用 --all 派发全部。",
        "Name patches with --patch, or take all with --all.",
    ),
    "cli.version": ("版本", "Version"),
    "cli.verdict": ("认定", "Verdict"),
}
