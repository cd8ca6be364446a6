"""Imagery: what is registered, what is refused, and what is said of a pair of images."""

IMAGERY: dict[str, tuple[str, str]] = {
    # ---- Refused -------------------------------------------------------------------------------
    "error.image_unknown": (
        "没有编号为 {image} 的影像，或者它不在您的辖区。请查看影像列表。",
        "There is no image {image}, or it is not of your territory. Look at the list of imagery.",
    ),
    "error.image_beyond_territory": (
        "影像 {image} 也供您辖区以外的人使用，不能由您撤下。请找上级管理员。",
        "Image {image} is also used beyond your territory; you cannot take it out. Ask the "
        "administrator above you.",
    ),
    "error.image_no_picture": (
        "{path} 不是可以导入的影像。请提供 GeoTIFF（.tif）或 MBTiles 文件。",
        "{path} is no image that can be imported. Give a GeoTIFF (.tif) or an MBTiles file.",
    ),
    "error.image_unreadable": (
        "影像 {path} 读不出来（{detail}）。请重新拷贝，或向提供单位索取完整的文件。",
        "The image {path} cannot be read ({detail}). Copy it again, or ask whoever made it for "
        "the whole file.",
    ),
    "error.image_no_place": (
        "{path} 里没有写明影像的位置。请在 GIS 软件中配准后另存为 GeoTIFF（坐标写在文件内）。",
        "{path} does not say where the image lies. Georeference it in a GIS and save it as a GeoTIFF "
        "that holds its place itself.",
    ),
    "error.image_no_crs": (
        "{path} 里没有写明坐标系。请在 GIS 软件中指定坐标系，另存为 GeoTIFF 后再导入。",
        "{path} does not name its coordinate system. Assign it in a GIS, save it as a GeoTIFF and import "
        "that.",
    ),
    "error.image_vector": (
        "{path} 里是矢量瓦片，不是影像。请提供 PNG、JPEG 或 WebP 瓦片的 MBTiles。",
        "{path} holds vector tiles, no pictures. Give an MBTiles file with PNG, JPEG or WebP tiles.",
    ),
    "error.image_empty": (
        "{path} 里没有任何有内容的像元。请检查是否导出了正确的范围。",
        "{path} holds no pixel with anything in it. Check that the right extent was exported.",
    ),
    "error.image_too_large": (
        "{path} 太大（{size}，上限 {limit}）。请先裁剪到本辖区；确需导入时由管理员调高 {setting}。",
        "{path} is too large ({size}, at most {limit}). Clip it to your territory first; if it is really "
        "needed, an administrator can raise {setting}.",
    ),
    "error.image_too_long": (
        "处理 {path} 超过了 {limit} 秒。请先裁剪到本辖区；确需导入时由管理员调高 {setting}。",
        "{path} took more than {limit} seconds. Clip it to your territory first; if it is really needed, "
        "an administrator can raise {setting}.",
    ),
    "error.image_band_absent": (
        "{path} 有 {count} 个波段，不能按 {bands} 显示。请给出一个或三个存在的波段号。",
        "{path} has {count} bands and cannot be shown by {bands}. Name one band or three that are there.",
    ),
    "error.image_bands_bad": (
        "波段“{value}”看不懂。请写一个或三个波段号，如 3,2,1。",
        "The bands “{value}” make no sense. Write one number or three, such as 3,2,1.",
    ),
    "error.image_no_room": (
        "导入 {path} 大约需要 {needed} MB，磁盘只剩 {free} MB 可用。请清理磁盘或裁剪影像。",
        "{path} needs about {needed} MB, and the disk has {free} MB to spare. Free some space or clip "
        "the image.",
    ),
    "error.image_no_date": (
        "没有说明 {path} 的成像日期。请用 --date 给出，如 --date 2026-05-01；没有日期的影像无法用于前后对比。",
        "{path} was given without the day on which it was taken. Say it with --date, such as --date "
        "2026-05-01: without it no before and after can be told.",
    ),
    "error.image_date_future": (
        "成像日期 {day} 在今天之后。请检查日期。",
        "The day {day} lies after today; an image cannot have been taken then. Check it.",
    ),
    "error.image_title_bad": (
        "影像名称要有 1 到 {most} 个字，不能含控制字符。",
        "The title of an image has 1 to {most} signs and no control signs.",
    ),
    "error.image_source_needed": (
        "请给出一个影像文件，或用 --url 和 --kind 给出地图服务地址，二者选一。",
        "Give either an image file, or the address of a map service with --url and --kind.",
    ),
    "error.image_address_bad": (
        "地址 {address} 不能用：要以 http:// 或 https:// 开头，并含有 {{z}}、{{x}}、{{y}}，不含用户名和密码。",
        "The address {address} cannot be used: it begins with http:// or https://, holds {{z}}, {{x}} and "
        "{{y}}, and no user or password.",
    ),
    "error.image_key_in_address": (
        "地址里不要写密钥（{name}）。请写成 {{key}}，把密钥放进以 {prefix} 开头的环境变量，并用 --key-variable 给出变量名。",
        "Leave the key out of the address ({name}): write {{key}}, put the key into an environment "
        "variable that begins with {prefix}, and name that with --key-variable.",
    ),
    "error.image_key_variable_bad": (
        "变量名 {name} 不能用：要以 {prefix} 开头，由大写字母、数字和下划线组成；地址里有 {{key}} 时必须给出。",
        "The variable {name} cannot be used: it begins with {prefix} and is made of capitals, digits and "
        "underscores; an address with {{key}} needs one.",
    ),
    # ---- Said of a pair ------------------------------------------------------------------------
    "image_note.no_date": (
        "图斑没有写明影像日期，无法挑选影像",
        "The patch does not say the day of its image, so none can be chosen",
    ),
    "image_note.missing": (
        "没有覆盖这个图斑的影像",
        "No image covers this patch",
    ),
    "image_note.same": (
        "前后两期是同一幅影像，看不出变化",
        "Before and after are the same image; no change can be seen",
    ),
    "image_note.partly": (
        "影像只覆盖图斑的 {percent}%",
        "The image covers only {percent}% of the patch",
    ),
    "image_note.unclear": (
        "图斑范围内只有 {percent}% 的像元可用，其余无数据或被云遮挡",
        "Only {percent}% of the pixels over the patch can be used; the rest is without data or masked as cloud",
    ),
    "image_note.unreadable": (
        "影像文件读不出来，请告知管理员",
        "The file of the image cannot be read; tell your administrator",
    ),
    "image_note.shifted": (
        "影像采用火星坐标（GCJ-02），位置有几百米偏移",
        "The image is in GCJ-02 coordinates: it lies some hundred metres off",
    ),
    "image_note.other_day": (
        "影像成像日期与图斑的影像日期相差 {days} 天",
        "The image was taken {days} days from the patch's image date",
    ),
    # ---- Words ---------------------------------------------------------------------------------
    "image_kind.geotiff": ("GeoTIFF 影像", "GeoTIFF"),
    "image_kind.mbtiles": ("MBTiles 影像", "MBTiles"),
    "image_kind.xyz": ("XYZ 地图服务", "XYZ map service"),
    "image_kind.wmts": ("WMTS 地图服务", "WMTS map service"),
    "image_kind.tianditu": ("天地图", "Tianditu"),
    "image.warning_gcj02": (
        "火星坐标（GCJ-02）底图：与图斑位置相差几百米，只能作参考，不能用来量算或画图",
        "GCJ-02 basemap: it lies some hundred metres off the patches; look at it only, never measure or "
        "draw on it",
    ),
    # ---- Command line --------------------------------------------------------------------------
    "cli.bringing_image": ("正在导入影像", "Importing the image"),
    "cli.image_done": (
        "已导入影像 {image}“{title}”：{day}，像元 {resolution} 米，可用像元 {percent}%，坐标系 {crs}。",
        "Image {image} “{title}” is imported: {day}, pixels of {resolution} m, {percent}% of them clear, {crs}.",
    ),
    "cli.image_registered": (
        "已登记 {image}“{title}”。只有本机服务会去访问 {host}。",
        "{image} “{title}” is registered. Only this server will ask {host}.",
    ),
    "cli.image_unchanged": (
        "这个文件已经是影像 {image}“{title}”（{day}），未作更改。",
        "This file is image {image} “{title}” ({day}) already; nothing was changed.",
    ),
    "cli.image_removed": (
        "已撤下影像 {image}“{title}”。登记记录仍然保留。",
        "Image {image} “{title}” is taken out. Its entry stays on record.",
    ),
    "cli.no_images": ("还没有登记影像。", "No imagery is registered."),
    "cli.image_id": ("编号", "Number"),
    "cli.image_title": ("名称", "Title"),
    "cli.image_kind": ("类型", "Kind"),
    "cli.image_date": ("成像日期", "Taken on"),
    "cli.image_resolution": ("像元（米）", "Pixel (m)"),
    "cli.image_clear": ("可用像元", "Clear"),
    "cli.image_place": ("辖区", "Territory"),
}
