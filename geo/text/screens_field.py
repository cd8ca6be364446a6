"""What the screen Field says."""

SCREENS_FIELD: dict[str, tuple[str, str]] = {
    # Field: out.
    "field.out": ("带出", "Out"),
    "field.back": ("收回", "Back"),
    "field.person": ("责任人", "Person"),
    "field.assigned": ("待带出", "To take out"),
    "field.in_field": ("已带出", "Taken out"),
    "field.next_due": ("最早期限", "Earliest due"),
    "field.nobody": (
        "没有可带出外业的图斑。请先在“派发”中派发图斑。",
        "There is nothing to take to the field. Assign patches first, on the screen Assign.",
    ),
    "field.choose": (
        "勾选人员。每人一个文件，装入其全部待带出和已带出的图斑。",
        "Tick people. Each gets one file with all of their patches, taken out before or not.",
    ),
    "field.will": (
        "{people} 人、{patches} 个图斑；其中 {leaving} 个将转为“{stage}”，改派后可重新带出。",
        "{people} people, {patches} patches; {leaving} of them move on to “{stage}”. Assigned anew, "
        "they can be taken out again.",
    ),
    "field.export": ("导出 {count} 人的外业包", "Export packages for {count} people"),
    "field.export_nobody": ("勾选人员后导出外业包", "Tick people to export their packages"),
    "field.exporting": (
        "正在导出 {count} 人的外业包…",
        "Exporting packages for {count} people…",
    ),
    "field.exported": (
        "{people} 人的外业包已备好，共 {patches} 个图斑。",
        "Packages ready: {people}, with {patches} patches in all.",
    ),
    "field.exported_same": (
        "其中 {count} 个外业包与上次相同。",
        "The same as before: {count}.",
    ),
    "field.download_all": (
        "下载全部（.zip，{count} 个文件）",
        "Download all (.zip, {count} files)",
    ),
    "field.download_one": ("{person} · {count} 个图斑", "{person} · patches: {count}"),
    "field.package_gone": (
        "{person} 的外业包文件已不在，请重新导出。",
        "The package of {person} is gone; export it again.",
    ),
    # Field: back.
    "field.upload": (
        "外业结果：.geojson 或 .gpkg，可以多个",
        "Findings: .geojson or .gpkg, several at once",
    ),
    "field.back_start": (
        "把外业交回的文件拖到上面。每个文件要么全部收下，要么一行也不收；重复交回的不会重复计。",
        "Drop the files that came back above. Each is taken whole or not at all; what was brought "
        "before is not counted twice.",
    ),
    "field.take": ("收回 {count} 个文件", "Take in {count} files"),
    "field.take_one": ("收回 {name}", "Take in {name}"),
    "field.skip_hint": (
        "打开后，有问题的行留下不收，其余照收。",
        "When on, bad rows are left out and the others are taken.",
    ),
    "field.merging": ("正在合并 {name}…", "Merging {name}…"),
    "field.result_file": ("文件", "File"),
    "field.result_outcome": ("结果", "Outcome"),
    "field.result_taken": ("收下", "Merged"),
    "field.result_unchanged": ("先前已有", "Known"),
    "field.result_unanswered": ("尚未填写", "Blank"),
    "field.result_refused": ("不能收", "Refused"),
    "outcome.imported": ("已收下", "Taken"),
    "outcome.unchanged": ("没有新内容", "Nothing new"),
    "outcome.refused": ("一行未收", "Nothing taken"),
    "outcome.unreadable": ("读不了", "Unreadable"),
    "field.none_taken": (
        "{count} 个文件有问题，一行也没有收。请改正后重新上传，或打开“跳过问题行”再收一次。",
        "Files with problems, of which nothing was taken: {count}. Mend them and upload again, or "
        "switch on “Skip bad rows” and take them in once more.",
    ),
    "field.to_review": ("去审核", "Go on to review"),
}
