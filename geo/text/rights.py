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
    "error.grant_ends_first": (
        "截止日期 {last} 早于起始日期 {first}。",
        "The last day {last} is before the first day {first}.",
    ),
    "error.admin_code_bad": (
        "行政区代码 {value} 不对，应为 2、4、6、9 或 12 位数字，例如 {known}。",
        "{value} is no administrative code: 2, 4, 6, 9 or 12 digits are, such as {known}.",
    ),
    "error.person_code_missing": ("请填写人员编号。", "Give the code of the person."),
    "error.administrator_last": (
        "这是最后一名管理员，收回后无人能再授权。请先授权另一名管理员。",
        "This is the last administrator: nobody could give a role again. Make another one first.",
    ),
    "place.everywhere": ("全部", "everywhere"),
    "grant.holds": ("有效", "in force"),
    "grant.to_come": ("未开始", "to come"),
    "grant.ended": ("已到期", "ended"),
    "grant.revoked": ("已收回", "taken back"),
    "cli.grant_given": (
        "授权 {number}：{person}，{role}，范围 {place}，期限 {term}（{state}）",
        "Grant {number}: {person}, {role}, in {place}, {term} ({state})",
    ),
    "cli.grant_taken": (
        "已收回授权 {number}：{person}，{role}，范围 {place}，期限 {term}（{state}）",
        "Taken back: grant {number}: {person}, {role}, in {place}, {term} ({state})",
    ),
    "cli.grant_number": ("编号", "no."),
    "cli.grant_person": ("人员", "person"),
    "cli.grant_role": ("角色", "role"),
    "cli.grant_place": ("范围", "place"),
    "cli.grant_term": ("期限", "term"),
    "cli.grant_state": ("状态", "state"),
    "error.role_unknown": (
        "没有角色 {role}。可用：{known}。",
        "There is no role {role}. Use one of: {known}.",
    ),
    "page.people": ("人员", "People"),
    "people.place": ("范围", "Where"),
    "people.first": ("起始", "From"),
    "people.last": ("截止", "Until"),
    "people.state": ("状态", "State"),
    "people.give": ("授权", "Give a role"),
    "people.give_now": ("授权", "Give the role"),
    "people.if_new": ("新人员填写", "If they are new"),
    "people.any_level": ("不限", "Any"),
    "people.place_whole": ("全部", "Everywhere"),
    "people.place_unit": ("行政区", "A unit"),
    "people.place_grid": ("单个网格", "One grid"),
    "people.search": ("按编号或名称查找", "Find by code or name"),
    "people.with_ended": ("也显示已到期和已收回的", "Also what has ended or was taken back"),
    "people.nobody": (
        "没有符合条件的授权。在右侧填写，即可授权。",
        "No role fits. Fill in the form on the right to give one.",
    ),
    "people.tick": ("勾选一行，可收回该授权", "Tick a row to take that role back"),
    "people.take": ("收回这项授权", "Take this role back"),
    "people.take_hint": (
        "收回后立即失效；已做的工作和记录保留。",
        "It ends at once; what was done with it stays on record.",
    ),
    "people.given": ("已授权：{person} · {role}", "Given: {person} · {role}"),
    "people.taken": ("已收回：{person} · {role}", "Taken back: {person} · {role}"),
    "error.grids_beyond_territory": (
        "有 {count} 个网格的行政区代码（如 {place}）不在您的辖区，不能由您导入。"
        "请只导入本辖区的网格，或请上级导入。",
        "{count} grids have administrative codes such as {place}, beyond your territory. "
        "Import only your own, or ask the office above you to import the file.",
    ),
    "error.layer_beyond_territory": (
        "该图层涉及其他辖区（如 {place}），不能由您替换或删除。请找上级。",
        "The layer reaches into another territory ({place}): you cannot replace or remove it. "
        "Ask the office above you.",
    ),
    "error.person_code_reserved": (
        "人员编号 {person} 为程序保留，请换一个编号。",
        "The code {person} is kept for the program itself. Choose another one.",
    ),
    "role.none": ("没有角色", "Nobody in particular"),
}
