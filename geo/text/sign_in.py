"""Signing in: the pages before the screens, what is refused at the door, accounts."""

SIGN_IN: dict[str, tuple[str, str]] = {
    # The pages.
    "sign_in.title": ("登录", "Sign in"),
    "sign_in.person": ("人员编号", "Code"),
    "sign_in.password": ("密码", "Password"),
    "sign_in.go": ("登录", "Sign in"),
    "sign_in.forgotten": (
        "忘记密码时，请管理员重置。",
        "If you have forgotten your password, an administrator can reset it.",
    ),
    "sign_in.office": ("用单位统一账号登录", "Sign in with the office account"),
    "sign_in.or": ("或", "or"),
    "sign_in.out": ("您已退出。", "You have signed out."),
    "sign_in.go_on": (
        "正在打开…… 没有自动跳转时，请点这里",
        "Opening … if nothing happens, press here",
    ),
    "sign_in.password_title": ("修改密码", "Change password"),
    "sign_in.must_change": (
        "您的密码是管理员给的，只能用一次。请设一个只有自己知道的密码。",
        "Your password was given to you by an administrator and is good for once. "
        "Choose one that only you know.",
    ),
    "sign_in.old": ("现在的密码", "Present password"),
    "sign_in.new": ("新密码", "New password"),
    "sign_in.again": ("再输一遍新密码", "New password once more"),
    "sign_in.rule": (
        "至少 {shortest} 位；一句自己记得住的话最好。不能是人员编号或常见密码。",
        "At least {shortest} signs; a sentence you remember is best. Not your code, and none that "
        "many people use.",
    ),
    "sign_in.save": ("保存新密码", "Save the new password"),
    "sign_in.back": ("返回", "Back"),
    "sign_in.leave": ("退出登录", "Sign out"),
    # The frame of the screens.
    "frame.role": ("当前角色", "Working as"),
    "frame.sign_out": ("退出", "Sign out"),
    "frame.password": ("修改密码", "Change password"),
    "frame.ended": (
        "登录已失效，这里不再显示数据。请重新登录。",
        "You are no longer signed in, and nothing is shown here. Please sign in again.",
    ),
    # Refusals at the sign-in page. They say the same of everything that is wrong.
    "error.sign_in_refused": (
        "人员编号或密码不对，或者账号现在不能登录。连续输错 {failures} 次后，账号停用 {minutes} 分钟。"
        "请检查后再试，或请管理员重置密码。",
        "Code or password is wrong, or the account cannot sign in now. After {failures} wrong tries "
        "an account is locked for {minutes} minutes. Check and try again, or ask an administrator "
        "for a new password.",
    ),
    "error.form_expired": (
        "这一页放得太久或来自别处，没有提交。请重新填写。",
        "This page stood open for too long or came from elsewhere; nothing was sent. "
        "Please fill it in again.",
    ),
    "error.subject_unknown": (
        "统一登录的账号 {subject} 没有对应的人员。请管理员执行 `account add CODE --subject {subject}`",
        "The office account {subject} belongs to nobody here. An administrator binds it with: "
        "account add CODE --subject {subject}",
    ),
    "error.office_refused": (
        "统一登录没有完成（{detail}）。请重试；一直不行时请告诉管理员。",
        "Signing in with the office account was not completed ({detail}). Try again; if it stays "
        "so, tell the administrator.",
    ),
    "error.office_silent": (
        "统一登录服务器 {issuer} 没有正常回答（{detail}）。请用密码登录，或稍后再试。",
        "The office's sign-in server {issuer} did not answer as it should ({detail}). Use your "
        "password, or try again later.",
    ),
    # Passwords.
    "error.password_short": (
        "密码太短，至少要 {shortest} 位。",
        "The password is too short; it needs at least {shortest} signs.",
    ),
    "error.password_long": (
        "密码太长，最多 {longest} 位。",
        "The password is too long; {longest} signs are the most.",
    ),
    "error.password_common": (
        "这个密码太容易猜到。请不要用人员编号、重复的字符或常见密码。",
        "This password is easily guessed. Use neither your code nor the same signs again and again "
        "nor what many people take.",
    ),
    "error.password_same": (
        "新密码和现在的一样。请换一个。",
        "The new password is the present one. Choose another.",
    ),
    "error.password_differs": (
        "两次输入的新密码不一样。请重新输入。",
        "The new password was not entered twice alike. Enter it again.",
    ),
    "error.password_wrong": (
        "现在的密码不对。连续输错 {failures} 次后，{minutes} 分钟内不能再试。",
        "The present password is wrong. After {failures} wrong tries none is possible for "
        "{minutes} minutes.",
    ),
    # Accounts.
    "error.account_beyond_territory": (
        "{person} 在 {place} 有角色，超出您的辖区，您不能管理这个账号。请找上级管理员。",
        "{person} holds a role in {place}, beyond your territory; you cannot keep this account. "
        "Ask the administrator above you.",
    ),
    "error.account_exists": (
        "{person} 已有账号。重置密码请用 `account reset {person}`",
        "{person} has an account. For another password use: account reset {person}",
    ),
    "error.account_unknown": (
        "{person} 还没有账号。请先执行 `account add {person}`",
        "{person} has no account yet. Make it first: account add {person}",
    ),
    "error.account_changed": (
        "{person} 的账号刚刚被别人改过，未作更改。请重新打开再试。",
        "The account of {person} was changed by somebody else just now; nothing was written. "
        "Open it again and retry.",
    ),
    "error.subject_taken": (
        "标识 {subject} 已经属于另一个账号。请先核对。",
        "The identifier {subject} belongs to another account. Check it first.",
    ),
    "error.last_administrator": (
        "{person} 是最后一个能登录的管理员，不能停用。请先给另一位管理员开账号。",
        "{person} is the last administrator who can sign in and is not disabled. "
        "Make an account for another one first.",
    ),
    "error.session_unknown": (
        "{person} 没有编号以 {session} 开头的登录，或有好几个。请先用 `account sessions {person}` 查看。",
        "{person} has no session that begins with {session}, or several. "
        "Look with: account sessions {person}",
    ),
    "cli.account_made": (
        "已给 {person} 开通账号。",
        "{person} can sign in now.",
    ),
    "cli.account_password": (
        "一次性密码（只显示这一次，首次登录须修改）：{password}",
        "Password for one use, shown only now, to be changed at the first sign-in: {password}",
    ),
    "cli.account_reset": (
        "已重置 {person} 的密码，原有登录全部退出。",
        "{person} has another password for one use; all their sessions have ended.",
    ),
    "cli.account_disabled": (
        "已停用 {person} 的账号，退出了 {sessions} 处登录。恢复请用 `account reset {person}`。",
        "{person} can sign in no more; {sessions} of their sessions have ended. "
        "To undo it use: account reset {person}",
    ),
    "cli.account_none": (
        "还没有账号。请用 `account add CODE` 开通。",
        "There are no accounts yet. Make one with: account add CODE",
    ),
    "cli.account_line": (
        "{person}　{state}　{ways}　密码设于 {changed}",
        "{person}  {state}  {ways}  password set {changed}",
    ),
    "cli.account_sessions": (
        "{session}　{client}　登录于 {began}　最近使用 {seen}　最迟到 {ends}",
        "{session}  {client}  since {began}  last used {seen}  until {ends}",
    ),
    "cli.account_signed_out": (
        "{person}：退出了 {sessions} 处登录。",
        "{person}: {sessions} sessions have ended.",
    ),
    "cli.account_ask": ("新密码（不显示）", "New password (not shown)"),
    "account.active": ("可用", "active"),
    "account.disabled": ("已停用", "disabled"),
    "account.locked": ("暂时锁定", "locked for now"),
    "account.must_change": ("待改密码", "to change the password"),
    "account.by_password": ("密码", "password"),
    "account.by_subject": ("统一登录", "office account"),
    "account.by_both": ("密码或统一登录", "password or office account"),
    # At the door.
    "gate.sign_in_needed": ("请先登录。", "Sign in first."),
    "gate.password_needed": ("请先修改密码。", "Change your password first."),
    "gate.not_yours": (
        "这个地址属于别人的登录，不能打开。",
        "This address belongs to somebody else's session and cannot be opened.",
    ),
    "gate.wrong_origin": (
        "请求来自别的网站，已拒绝。请从本系统的页面操作。",
        "The request came from another site and was refused. Use the pages of this program.",
    ),
    "gate.demo_local_only": (
        "演示工作区不需要登录，因此只能在本机上用 `127.0.0.1` 打开。要给别人使用，请新建正式工作区。",
        "A demo workspace asks nobody to sign in and is therefore opened on this very machine only, "
        "at 127.0.0.1. For other people make a workspace without --demo.",
    ),
    "gate.https_needed": (
        "密码不能在未加密的连接上传送。请用 `https://` 打开；管理员需配置证书或反向代理。",
        "Passwords do not travel over an open wire. Use https://; an administrator sets up a "
        "certificate or a proxy.",
    ),
    "gate.host_refused": (
        "未加密的服务只能用 `127.0.0.1` 或 `localhost` 打开。前面有反向代理时，请用 `--behind-proxy` 启动。",
        "Without TLS the program is opened at 127.0.0.1 or localhost only. Behind a proxy it is "
        "started with --behind-proxy.",
    ),
    "gate.too_much": (
        "一小时内最多上传 {limit} MB，已达上限。请过一会儿再传；确实需要时请管理员调大 `{setting}`。",
        "Within an hour {limit} MB may be uploaded, and that is reached. Wait a while; if more is "
        "needed, an administrator raises {setting}.",
    ),
    # Refusals to start.
    "error.no_administrator_account": (
        "还没有能登录的管理员，不能启动。请先执行（会显示一次性密码）：\n{command}",
        "No administrator can sign in yet, so nothing is served. Make the account first; it tells "
        "the password for the first sign-in:\n{command}",
    ),
    "error.plain_http": (
        "{host} 不是本机地址，不能用未加密的连接对外服务。请用 `--tls-cert` 和 `--tls-key` 指定证书，"
        "或只在 `127.0.0.1` 上服务并在前面放反向代理（`--behind-proxy`）。",
        "{host} is no local address, and plain HTTP is not served there. Give --tls-cert and "
        "--tls-key, or serve on 127.0.0.1 behind a proxy (--behind-proxy).",
    ),
    "error.demo_not_local": (
        "演示工作区不需要登录，只能在本机 `127.0.0.1` 上服务，也不能放在反向代理后面。"
        "要给别人使用，请新建正式工作区（`init` 不带 `--demo`）。",
        "A demo workspace asks nobody to sign in; it is served on 127.0.0.1 only and not behind a "
        "proxy. For other people make a workspace without --demo.",
    ),
    "error.default_password": (
        "{person} 的密码是众所周知的出厂密码，不能启动。请先执行 `account reset {person}`",
        "{person} still has a password that everybody knows, so nothing is served. "
        "Change it first: account reset {person}",
    ),
    "error.tls_incomplete": (
        "`--tls-cert` 和 `--tls-key` 要一起给，而且文件要读得到。",
        "--tls-cert and --tls-key go together, and both files must be readable.",
    ),
}
