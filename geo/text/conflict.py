"""Two people at one patch: who looks at it, who was faster, what is to be."""

CONFLICT: dict[str, tuple[str, str]] = {
    "conflict.title": ("已有他人先作了更改", "Somebody else was faster"),
    "conflict.stands": ("现在：{stage}", "It stands now at: {stage}"),
    "conflict.out_of_sight": (
        "该图斑已不在您的辖区或名下。",
        "This patch is no longer in your territory or yours to answer for.",
    ),
    "conflict.more": ("另有 {count} 个图斑也已更改", "{count} more patches were changed too"),
    "conflict.mine": ("**您原想：** {what}", "**You wanted:** {what}"),
    "conflict.keep": ("保留对方的更改", "Keep theirs"),
    "conflict.again": ("仍按我的办", "Apply mine again"),
    "conflict.kept": ("已保留对方的更改，您的操作未写入", "Theirs was kept; yours was not written"),
    "error.template_changed": (
        "模板 {name} 刚被他人保存或删除，您的没有写入。请先看看现在的内容，仍要保存就再按一次。",
        "Somebody else has just saved or removed the template {name}; yours was not written. Look at "
        "what it is now, and press again to save yours all the same.",
    ),
    "review.held": (
        "{person} 正在审核此图斑，最迟到 {until}。可先审核其他图斑。",
        "{person} is reviewing this patch, until {until} at the latest. Take another one meanwhile.",
    ),
}
