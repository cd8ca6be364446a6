"""A corrected delivery: what it changes, and what a person has to look at."""

REDELIVERY: dict[str, tuple[str, str]] = {
    "difference.new": ("新增", "New"),
    "difference.unchanged": ("未变", "Unchanged"),
    "difference.changed": ("有改动", "Changed"),
    "difference.renumbered": ("编号改变", "Renumbered"),
    "difference.moved": ("位置改变", "Moved"),
    "difference.split": ("拆分", "Split"),
    "difference.gone": ("不再下发", "No longer delivered"),
    "alert.changed_after_close": ("关闭后有更正", "Corrected after it was closed"),
    "alert.changed_after_finding": ("核实后图形有更正", "Outline corrected after its finding"),
    "alert.changed_in_field": ("外业期间有更正", "Corrected while in the field"),
    "alert.gone": ("更正数据中没有", "Not in the corrected delivery"),
    "alert.split": ("已被拆分", "Split by the corrected delivery"),
    "redelivery.because_changed_after_close": (
        "图斑处于“{stage}”，内容却有更正。请核对原结论是否仍然成立，必要时重新打开。",
        "The patch is at the stage “{stage}”, and the delivery corrects it. Check whether what was "
        "decided still holds; if not, reopen it.",
    ),
    "redelivery.because_changed_after_finding": (
        "图斑处于“{stage}”，核实的是原来的图形。请核对核实结果是否适用于新图形，必要时退回。",
        "The patch is at the stage “{stage}”; its finding is about the former outline. Check whether "
        "it holds for the new one; if not, return it.",
    ),
    "redelivery.because_changed_in_field": (
        "图斑处于“{stage}”，外业带出的是旧版本，带回的结果不能直接收下。请重新派发并带出。",
        "The patch is at the stage “{stage}”: what was taken out is an old version, and its finding "
        "will not be taken. Assign it again and send it out anew.",
    ),
    "redelivery.because_gone": (
        "更正数据中没有这个图斑，它处于“{stage}”。图斑和记录都已保留，请决定如何办理。",
        "The corrected delivery does not carry this patch, which is at the stage “{stage}”. It is "
        "kept with its history; decide what is to become of it.",
    ),
    "redelivery.because_split": (
        "更正数据把这个图斑拆分为 {pieces}，它处于“{stage}”。图斑和记录都已保留，请决定如何办理。",
        "The corrected delivery cuts this patch into {pieces}; it is at the stage “{stage}”. It is "
        "kept with its history; decide what is to become of it.",
    ),
    "redelivery.unsure": (
        "文件里有读不了的行，这个图斑可能就在其中，因此不作改动。",
        "Rows of the file could not be read, and this patch may be one of them: it is left as it is.",
    ),
    "error.batch_unknown": (
        "没有批次 {batch}。请检查批次名。",
        "There is no batch {batch}. Check its name.",
    ),
    "error.batch_beyond_territory": (
        "批次 {batch} 有 {count} 个图斑，您的辖区内只有 {seen} 个。请由负责整个批次的人办理。",
        "The batch {batch} has {count} patches, of which {seen} are in your territory. Ask somebody "
        "who answers for the whole batch.",
    ),
    "error.redelivered_meanwhile": (
        "批次 {batch} 刚刚又收到一次更正数据。没有写入任何内容。请重新比对。",
        "The batch {batch} was corrected by another delivery in the meantime. Nothing was written. "
        "Compare again.",
    ),
    "error.correction_open": (
        "批次 {batch} 的更正件：{counts}。请核对后加 --yes 写入。",
        "A corrected delivery of {batch}: {counts}. Check this and add --yes to write it.",
    ),
    "error.no_alert": (
        "图斑 {patch} 没有待核对的更正。请刷新列表。",
        "Nothing about the patch {patch} waits to be looked at. Refresh the list.",
    ),
}
