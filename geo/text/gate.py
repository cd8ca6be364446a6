"""Why a file is not let in, and which limit that was."""

GATE: dict[str, tuple[str, str]] = {
    # Archives.
    "error.archive_too_many": (
        "{path}：压缩包里有 {count} 个文件，最多允许 {limit} 个。请只压缩需要的文件；"
        "确实需要时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: the archive holds {count} files, {limit} are allowed. Pack only what is needed; "
        "if all are, an administrator raises the limit with {setting}.",
    ),
    "error.archive_too_large": (
        "{path}：解压后超过 {limit} MB。请分成几个文件；确实需要时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: unpacks to more than {limit} MB. Split it into several files; if it has to be, an "
        "administrator raises the limit with {setting}.",
    ),
    "error.archive_ratio": (
        "{path}：其中的 {member} 解压后大到压缩前的 {limit} 倍以上，像是恶意文件。请重新压缩；"
        "确认无误时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: {member} in it unpacks to more than {limit} times its size, as files made to do "
        "harm do. Pack it again; if it is really so, an administrator raises the limit with "
        "{setting}.",
    ),
    "error.archive_overlap": (
        "{path}：压缩包里的文件互相重叠，不是正常压缩的。请在原电脑上重新压缩。",
        "{path}: files in the archive overlap, as no packing program writes them. Pack it again "
        "where it came from.",
    ),
    "error.archive_unsafe_name": (
        "{path}：其中的文件名 {member} 指向压缩包以外。请重新压缩，不要带完整路径。",
        "{path}: the name {member} in it leads out of the archive. Pack it again without whole "
        "paths.",
    ),
    "error.archive_link": (
        "{path}：其中的 {member} 是链接，不是文件。请把文件本身压缩进去。",
        "{path}: {member} in it is a link and no file. Pack the file itself.",
    ),
    "error.archive_nested": (
        "{path}：里面还有压缩包 {member}。请先解开，再把里面的文件直接压缩。",
        "{path}: holds another archive, {member}. Unpack that first and pack its files themselves.",
    ),
    "error.archive_kind": (
        "{path}：这种压缩格式不能用。请用 .zip 重新压缩。",
        "{path}: this kind of archive is not read. Pack it again as .zip.",
    ),
    "error.archive_locked": (
        "{path}：压缩包设了密码。请先解压，再不设密码重新压缩。",
        "{path}: the archive is locked with a password. Unpack it and pack it again without one.",
    ),
    # Content.
    "error.format_mismatch": (
        "{path}：内容不是 {suffix} 文件。请在原软件中重新导出，不要只改扩展名。",
        "{path}: its content is not that of a {suffix} file. Export it again where it came from; "
        "renaming does not convert.",
    ),
    "error.file_empty_bytes": (
        "{path}：文件是空的。请重新复制或重新导出。",
        "{path}: the file is empty. Copy or export it again.",
    ),
    "error.crs_link": (
        "{path}：坐标系写成了网址，本程序不访问网络。请用 EPSG 编号重新导出。",
        "{path}: names its coordinate system by an address, and this program asks no network. "
        "Export it again with an EPSG code.",
    ),
    "error.too_deep": (
        "{path}：括号嵌套超过 {limit} 层，不是正常的数据。请在原软件中重新导出。",
        "{path}: brackets are nested more than {limit} deep, as no data are. Export it again where "
        "it came from.",
    ),
    "error.too_many_layers": (
        "{path}：有 {count} 个图层，最多允许 {limit} 个。请只导出需要的图层；"
        "确实需要时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: holds {count} layers, {limit} are allowed. Export only those needed; if all are, "
        "an administrator raises the limit with {setting}.",
    ),
    # The reading process.
    "error.read_too_long": (
        "{path}：读取超过 {limit} 秒，已停止。请把文件分小；确实需要时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: reading took more than {limit} seconds and was stopped. Split the file; if it has "
        "to be, an administrator raises the limit with {setting}.",
    ),
    "error.read_too_much_memory": (
        "{path}：读取所需内存超过 {limit} MB，已停止。请把文件分小；确实需要时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: reading asked for more than {limit} MB of memory and was stopped. Split the file; "
        "if it has to be, an administrator raises the limit with {setting}.",
    ),
    "error.read_too_large": (
        "{path}：读取时写出的数据超过 {limit} MB，已停止。请把文件分小；确实需要时，管理员可设环境变量 `{setting}` 调大。",
        "{path}: reading wrote more than {limit} MB and was stopped. Split the file; if it has to "
        "be, an administrator raises the limit with {setting}.",
    ),
    "error.reader_broke_down": (
        "{path}：读取程序在这个文件上中断了，文件可能已损坏。本程序和已有数据不受影响。请在原软件中重新导出。",
        "{path}: the reading process broke down on this file, which may be damaged. The program "
        "and its data are not touched. Export the file again where it came from.",
    ),
    # Around the layer.
    "problem.member_left_out": (
        "压缩包里的 {member} 读不出来，没有导入；其余照常读取",
        "{member} in the archive cannot be read and was left out; the rest was read",
    ),
    "fix.member_left_out": (
        "不需要它就不用管；需要时在原软件中重新导出，单独交",
        "Nothing, if it is not needed; else export it again where it came from and deliver it "
        "alone",
    ),
    # Single rows.
    "problem.feature_unreadable": ("这一行读不出来", "This row cannot be read"),
    "fix.feature_unreadable": (
        "在原软件中检查并修复这一行，重新导出",
        "Look at this row in the program it came from, mend it and export again",
    ),
    "problem.text_unreadable": (
        "文字 {value} 有几个字不是 {encoding} 编码，已用替代符号代替",
        "The text {value} has signs that are not {encoding}; they were replaced",
    ),
    "fix.text_unreadable": (
        "核对这一项；若很多行如此，换一个编码",
        "Check this value; if many rows are like this, choose another encoding",
    ),
    "problem.too_many_vertices": (
        "图形有 {count} 个节点，最多允许 {limit} 个",
        "The shape has {count} vertices, {limit} are allowed",
    ),
    "fix.too_many_vertices": (
        "在原软件中简化或拆分这个图形；管理员可设环境变量 `{setting}` 调大上限",
        "Simplify or split the shape where it came from; an administrator raises the limit with "
        "{setting}",
    ),
}
