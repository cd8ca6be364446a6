"""Where the data are: a file or a team's database, what keeps it from being reached, and moving."""

STORE: dict[str, tuple[str, str]] = {
    "error.store_address_bad": (
        "数据库地址 {path} 写得不对。请写成 `postgresql://user@host/database`，密码中的特殊符号用百分号编码。",
        "The database address {path} is not well formed. Write it like "
        "`postgresql://user@host/database`, with special signs of a password percent-encoded.",
    ),
    "error.store_unreachable": (
        "连接不上数据库 {path}（{detail}）。请检查服务器是否已启动、地址和端口是否正确。",
        "The database {path} cannot be reached ({detail}). Check that the server runs, and its "
        "address and port.",
    ),
    "error.store_sign_in": (
        "数据库 {path} 拒绝登录：用户名或密码不对。请检查地址里的用户名，以及 `PGPASSWORD` 或 `~/.pgpass` 中的密码。",
        "The database {path} refuses the sign-in: wrong user or password. Check the user in the "
        "address, and the password in `PGPASSWORD` or `~/.pgpass`.",
    ),
    "error.store_database_missing": (
        "服务器上没有 {path} 这个数据库。请数据库管理员先建立。",
        "The server has no database {path}. Ask the database's administrator to make it first.",
    ),
    "error.store_missing": (
        "数据库 {path} 里没有天地查的数据。请先运行 init，或检查数据库名。",
        "The database {path} holds no data of SkyGround. Run init first, or check its name.",
    ),
    "error.store_exists": (
        "数据库 {path} 里已有天地查的数据，不会覆盖。请换一个数据库。",
        "The database {path} holds data of SkyGround already; it is not overwritten. Use another one.",
    ),
    "error.postgis_missing": (
        "数据库 {path} 没有 PostGIS。请数据库管理员安装，并在该数据库中运行 `CREATE EXTENSION postgis`。",
        "The database {path} has no PostGIS. Ask its administrator to install it and to run "
        "`CREATE EXTENSION postgis` in it.",
    ),
    "error.store_rights": (
        "用户 {user} 无权在数据库里建立所需的角色和表（{detail}）。请数据库管理员运行："
        "`CREATE ROLE {role} NOLOGIN; GRANT {role} TO {user}`，并让 {user} 成为数据库的所有者。",
        "The user {user} may not make the role and tables that are needed ({detail}). Ask the "
        "database's administrator to run `CREATE ROLE {role} NOLOGIN; GRANT {role} TO {user}` and to "
        "make {user} the owner of the database.",
    ),
    "error.store_role_too_strong": (
        "数据库角色 {role} 可以绕过行级权限，这样不安全，程序不会使用。请让它不是超级用户，也没有 `BYPASSRLS`。",
        "The database role {role} goes around row-level security, so the program does not work with "
        "it. Take the rights of a superuser and `BYPASSRLS` from it.",
    ),
    "error.store_busy": (
        "其他人正在写入，等了 {seconds} 秒仍未轮到。没有写入任何内容。请稍后再试。",
        "Others are writing, and it was not your turn within {seconds} seconds. Nothing was written. "
        "Try again later.",
    ),
    "error.store_holds_bad_sign": (
        "文字里有数据库存不下的空字符（NUL）。没有写入任何内容。请从文件中去掉它。",
        "A text holds the null sign, which the database cannot keep. Nothing was written. Remove it "
        "from the file.",
    ),
    "error.move_same_place": (
        "来源和目标都是 {path}。请给出另一个目标。",
        "Source and target are both {path}. Give another target.",
    ),
    "error.move_target_not_empty": (
        "{path} 里已经有数据（{table}）。没有搬动任何内容。请换一个空的目标。",
        "{path} holds data already ({table}). Nothing was moved. Give an empty target.",
    ),
    "error.move_source_broken": (
        "{path} 的历史核对不上（{count} 处）。没有搬动任何内容。请先运行 verify 查看。",
        "The history in {path} does not agree ({count} places). Nothing was moved. Run verify first.",
    ),
    "error.move_differs": (
        "搬到 {path} 后与原来不一致（{table}）。目标中没有留下任何内容，原数据未动。请重试，并告知开发者。",
        "What arrived in {path} differs from what was sent ({table}). Nothing was left there, and the "
        "source is as it was. Try again, and tell the developers.",
    ),
    "cli.moving": ("正在搬动数据", "Moving the data"),
    "cli.moved": (
        "已从 {source} 搬到 {target}：{patches} 个图斑，{events} 条历史，摘要一致 {digest}。来源保持原样。",
        "Moved from {source} to {target}: {patches} patches, {events} events, equal digest {digest}. "
        "The source stays as it was.",
    ),
}
