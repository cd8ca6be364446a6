"""What proves the history: sealed days, what was known when, steps taken back, copies, full disks."""

PROOF: dict[str, tuple[str, str]] = {
    "verb.sealed": ("封存", "Sealed"),
    "verb.undone": ("撤销", "Taken back"),
    "verb.backed_up": ("备份", "Backed up"),
    # ---- Sealed days
    "cli.sealed": (
        "{day} 已封存：{patches} 个图斑、{events} 条历史。摘要 {digest}",
        "{day} is sealed: {patches} patches, {events} events. Digest {digest}",
    ),
    "cli.sealed_before": (
        "{day} 已于 {when} 封存过，没有改动。摘要 {digest}",
        "{day} was sealed before, on {when}; nothing was changed. Digest {digest}",
    ),
    "cli.public_key": (
        "封存用的公钥（请抄录到别处保存）：{public}",
        "Public key of the seals (note it down elsewhere): {public}",
    ),
    "cli.seals_good": (
        "{days} 个封存日全部相符，最近一个是 {last}；其后有 {loose} 条历史尚未封存。",
        "{days} sealed days all agree, the newest is {last}; {loose} later events are not sealed yet.",
    ),
    "cli.seals_none": (
        "还没有封存过。请每天运行 `seal`。",
        "No day is sealed yet. Run seal every day.",
    ),
    "cli.seal_keys": (
        "封存先后用过 {count} 个密钥：{keys}。请核对是否由本单位更换。",
        "The seals were made with {count} keys: {keys}. Check that it was your office that changed them.",
    ),
    "cli.seal_broken": ("封存日 {day}：{what}", "Sealed day {day}: {what}"),
    "cli.seal_among": (
        "  出错的图斑在这些之中：{patches}",
        "  The patch that is wrong is among these: {patches}",
    ),
    "cli.seal_earlier": (
        "  当天没有可对应的图斑：有历史记录被删除。",
        "  No patch of that day is left: events were removed.",
    ),
    "broken_day.digest": (
        "历史记录与封存的摘要不符",
        "the history does not give the digest that was sealed",
    ),
    "broken_day.signature": (
        "签名不对，或与前一个封存日没有接上",
        "its signature is wrong, or it is not chained to the sealed day before",
    ),
    "broken_day.key": (
        "封存用的不是抄录的公钥",
        "it was sealed with another key than the one noted down",
    ),
    "error.day_not_over": (
        "{day} 还没有结束。请等到第二天，或加 --now 封存到此刻为止。",
        "{day} is not over yet. Wait until the next day, or seal it up to now with --now.",
    ),
    "error.day_before_sealed": (
        "不能再封存 {day}：后面的 {newest} 已经封存，其中包含这一天。",
        "{day} cannot be sealed any more: {newest} is sealed already and covers it.",
    ),
    "error.seal_key_bad": (
        "{path} 不是可用的封存密钥。请换回原来的密钥文件，不要自行修改。",
        "{path} holds no key that days are sealed with (Ed25519). Put the former key file back.",
    ),
    "error.public_key_bad": (
        "{path} 里没有公钥。每行写一个，64 位十六进制，例如 `seal --public-key` 给出的那一行。",
        "{path} holds no public key. Write one a line, 64 hexadecimal digits, as seal --public-key "
        "prints it.",
    ),
    # ---- As it was known
    "error.patch_not_yet": (
        "{day} 时还没有图斑 {patch}，它在 {first} 才下发。请选那天或以后的日期。",
        "The patch {patch} was not there on {day}; it was delivered on {first}. Choose that day or a "
        "later one.",
    ),
    "cli.known_on": (
        "{patch} 在 {day} 结束时的情况（第 {version} 版，{events} 条历史）",
        "{patch} as it was known at the end of {day} (version {version}, {events} events)",
    ),
    "cli.known_sealed": (
        "由 {day} 的封存证明，摘要 {digest}",
        "Proven by the seal of {day}, digest {digest}",
    ),
    "cli.known_loose": ("尚未封存。", "Not sealed yet."),
    "cli.known_unproven": (
        "注意：图形或原始属性与历史记录不符。请运行 `verify`。",
        "Mind: outline or original attributes do not agree with the history. Run verify.",
    ),
    # ---- Taken back
    "error.undo_never": (
        "图斑 {patch}：最近一步是“{verb}”，不能撤销。请用新的操作更正。",
        "The patch {patch}: its last step, “{verb}”, is none that can be taken back. Put it right with "
        "a step of its own.",
    ),
    "error.undo_not_yours": (
        "图斑 {patch}：最近一步“{verb}”由 {person} 办理，只有本人或管理员能撤销。",
        "The patch {patch}: its last step, “{verb}”, was taken by {person}; only they or an "
        "administrator can take it back.",
    ),
    "error.undo_too_late": (
        "图斑 {patch}：最近一步“{verb}”已超过 {hours} 小时，不能再撤销。请用新的操作更正。",
        "The patch {patch}: its last step, “{verb}”, is more than {hours} hours old and can no longer "
        "be taken back. Put it right with a step of its own.",
    ),
    "cli.undone": (
        "图斑 {patch} 的“{verb}”已撤销，现在是“{stage}”。",
        "“{verb}” of the patch {patch} was taken back; it is now “{stage}”.",
    ),
    "undo.offer": ("撤销“{verb}”", "Undo “{verb}”"),
    "undo.last_one": ("刚才：{patch} {verb}", "Just now: {patch} · {verb}"),
    "undo.last_many": ("刚才：{count} 个图斑 {verb}", "Just now: {count} patches · {verb}"),
    "undo.done": (
        "“{verb}”已撤销（{count} 个图斑）。",
        "“{verb}” was taken back ({count} patches).",
    ),
    # ---- The screen
    "page.history": ("历程", "History"),
    "panel.go_history": ("当时的情况与证明", "As it was known, with proof"),
    "history.patch": ("图斑号", "Patch number"),
    "history.patch_hint": ("图斑号，或 批次/图斑号", "number, or BATCH/NUMBER"),
    "history.choose": (
        "输入图斑号，查看它在任何一天的情况和全部经过。在“图斑”里选中的图斑会直接显示。",
        "Type a number to see what was known of a patch on any day, and all that happened to it. A "
        "patch chosen under Patches is shown at once.",
    ),
    "history.day": ("截至这一天结束", "At the end of"),
    "history.earlier": ("上一次变动", "Change before"),
    "history.later": ("下一次变动", "Next change"),
    "history.version": ("版本", "Version"),
    "history.verdict": ("外业认定", "Found"),
    "history.seal": ("封存", "Seal"),
    "history.sealed": ("{day} 封存，摘要 {digest}", "sealed on {day}, digest {digest}"),
    "history.not_sealed": ("尚未封存", "not sealed yet"),
    "history.unproven": (
        "图形或原始属性与历史记录不符，可能被改动。请管理员运行 `verify`。",
        "Outline or original attributes do not agree with the history and may have been altered. "
        "Have an administrator run verify.",
    ),
    "history.all": ("全部经过（{count}）", "All that happened ({count})"),
    "history.when": ("时间", "When"),
    "history.who": ("谁", "Who"),
    "history.what": ("做了什么", "What"),
    "history.changed": ("改动与理由", "Changes and reason"),
    "history.proof": ("指纹与封存", "Hash and seal"),
    "history.known_later": ("灰色的是这一天以后的。", "What is grey came after that day."),
    "history.of": ("撤销的是“{verb}”", "took back “{verb}”"),
    # ---- Copies
    "cli.backing_up": ("正在备份", "Copying the workspace"),
    "cli.restoring": ("正在恢复并核对", "Restoring and checking"),
    "cli.backed_up": (
        "已备份到 {file}：{patches} 个图斑、{events} 条历史，另有文件 {files} 个。摘要 {digest}",
        "The copy lies in {file}: {patches} patches, {events} events, {files} other files. Digest "
        "{digest}",
    ),
    "cli.backups_removed": (
        "已删除较早的备份 {count} 份。",
        "{count} older copies were removed.",
    ),
    "cli.restored": (
        "已从 {made_at} 的备份恢复到 {workspace}：{patches} 个图斑、{events} 条历史，摘要相符 {digest}",
        "{workspace} was restored from the copy of {made_at}: {patches} patches, {events} events, "
        "with an equal digest {digest}",
    ),
    "error.backup_running": (
        "{path} 里正在进行另一次备份。请等它完成后再试。",
        "Another copy is being made in {path}. Wait until it is done.",
    ),
    "error.backup_unsound": (
        "备份核对不通过（{detail}），没有保留，{path} 里较早的备份都还在。请运行 `verify` 检查工作区。",
        "The copy does not pass its check ({detail}) and was not kept; the older copies in {path} are "
        "all there. Run verify on the workspace.",
    ),
    "error.no_backup": (
        "{path} 不是完整的备份：旁边没有可用的说明文件 {manifest}。请把两个文件放在一起，或换一份备份。",
        "{path} is no whole copy: there is no usable {manifest} beside it. Keep the two files "
        "together, or take another copy.",
    ),
    "error.backup_altered": (
        "{path} 与备份时不同，没有恢复。请换一份备份。",
        "{path} is not what was copied; nothing was restored. Take another copy.",
    ),
    "error.place_not_empty": (
        "{path} 不是空文件夹，没有恢复。请用 --workspace 指定空的位置。",
        "{path} is not empty; nothing was restored. Give an empty place with --workspace.",
    ),
    # ---- The disk
    "error.disk_nearly_full": (
        "磁盘快满了：{path} 只剩 {free} MB，至少要留 {least} MB，因此没有写入。"
        "请清理磁盘后重试；查看和核对不受影响。",
        "The disk is nearly full: {free} MB are left at {path} and {least} MB have to stay free, so "
        "nothing was written. Make room and try again; looking things up goes on.",
    ),
    "error.disk_full": (
        "磁盘已满（{path}），这次没有写入任何内容，原有数据完好。请清理磁盘后重试。",
        "The disk is full ({path}). Nothing of this was written, and what was there is whole. Make "
        "room and try again.",
    ),
    "error.disk_failed": (
        "磁盘读写出错（{path}：{detail}），这次没有写入。请停止使用，检查磁盘后运行 `verify`。",
        "The disk failed ({path}: {detail}). Nothing of this was written. Stop, check the disk, then "
        "run verify.",
    ),
    "error.server_disk_full": (
        "数据库服务器的磁盘已满（{detail}），这次没有写入任何内容，原有数据完好。请管理员在服务器上清理磁盘后重试。",
        "The disk of the database server is full ({detail}). Nothing of this was written, and what "
        "was there is whole. Have its administrator make room there and try again.",
    ),
    "error.server_disk_failed": (
        "数据库服务器的磁盘读写出错（{detail}），这次没有写入。请停止使用，由管理员检查服务器磁盘后运行 `verify`。",
        "The disk of the database server failed ({detail}). Nothing of this was written. Stop, have "
        "its administrator check that disk, then run verify.",
    ),
    "error.seal_broken": (
        "封存日 {day} 不符（{what}）。工作区可能被改动，请停止使用，运行 `verify` 并核对备份。",
        "The sealed day {day} is wrong ({what}). The workspace may have been altered: stop using it, "
        "run verify, and compare a backup.",
    ),
}
