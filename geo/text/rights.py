"""Who may do what where: roles given and taken back, and what is refused for want of one."""

RIGHTS: dict[str, tuple[str, str]] = {
    "error.no_role": (
        "{person} 目前没有可用的角色。请管理员在“人员”中授权。",
        "{person} holds no role now. An administrator can give one under People.",
    ),
    "error.grant_unknown": (
        "没有编号为 {grant} 的授权，请先查看授权列表。",
        "There is no grant {grant}; look at the list of grants first.",
    ),
    "error.grant_revoked": (
        "授权 {grant} 已经被收回，未作更改。",
        "Grant {grant} was taken back before; nothing was changed.",
    ),
    "error.grant_beyond_territory": (
        "不能授予 {person} 在 {place} 的权限：超出您自己的辖区。请找上级管理员。",
        "{person} cannot be given a role in {place}: it lies beyond your own territory. "
        "Ask the administrator above you.",
    ),
    "error.patches_beyond_territory": (
        "有 {count} 个图斑的行政区代码（如 {place}）不在您的辖区，不能由您导入。"
        "请只导入本辖区的图斑，或请上级导入。",
        "{count} patches have administrative codes such as {place}, beyond your territory. "
        "Import only your own, or ask the office above you to import the file.",
    ),
    "error.patch_locked": (
        "图斑 {patch} 正由 {person} 审核。请先审核其他图斑，稍后再来。",
        "Patch {patch} is being reviewed by {person}. Take another one and come back later.",
    ),
    "role.none": ("没有角色", "Nobody in particular"),
}
