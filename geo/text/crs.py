"""What the program says about coordinate systems it finds in a file.

``because.*`` why a system comes into question, ``crs_clash.*`` what does not fit together and what to
do, ``crs_warning.*`` what goes with taking a system, ``prj_note.*`` what a .prj file is like,
``datum.*`` the names of datums.
"""

CRS: dict[str, tuple[str, str]] = {
    "because.file_says": ("坐标系文件这样写", "the .prj file says so"),
    "because.zone6_prefix": (
        "横坐标带有 6 度带带号",
        "the eastings carry the number of a 6° zone",
    ),
    "because.bare_easting": (
        "横坐标不含带号，中央经线要靠位置判断",
        "the eastings carry no zone number; the meridian follows from the place",
    ),
    "because.web_mercator": (
        "坐标像网络地图的米制坐标（网络墨卡托）",
        "the numbers look like those of web maps (Web Mercator)",
    ),
    "because.swapped_degrees": (
        "坐标像经纬度，但纬度写在前面",
        "the numbers look like degrees, latitude first",
    ),
    "because.swapped_metres": (
        "纵坐标（北）写在横坐标（东）前面",
        "the northing stands before the easting",
    ),
    "because.same_meridian": (
        "中央经线与坐标系文件相同",
        "its meridian is that of the .prj file",
    ),
    "because.in_territory": (
        "图层落在本单位已有的范围内",
        "the layer falls into the range of what the office has",
    ),
    "because.near_territory": (
        "图层紧邻本单位已有的范围",
        "the layer falls beside the range of what the office has",
    ),
    "because.stand_in": (
        "用同一分带的 CGCS2000 代替旧坐标系",
        "CGCS2000 in the same zone, in place of the older system",
    ),
    "crs_clash.unreadable_prj": (
        "坐标系文件（.prj）无法识别。请在下面选择坐标系，并在地图上核对位置",
        "The .prj file cannot be read. Choose a system below and check the place on the map",
    ),
    "crs_clash.prj_against_itself": (
        "坐标系文件（.prj）的名称或编号与其参数不一致，已按参数理解。请在地图上核对位置",
        "Name or number in the .prj file contradict its parameters; the parameters were taken. "
        "Check the place on the map",
    ),
    "crs_clash.degrees_under_projected": (
        "坐标系文件说是平面坐标（米），坐标却是经纬度。请按经纬度导入，或向提供单位索取正确的文件",
        "The .prj file says metres, the numbers are degrees. Take them as degrees, or ask whoever "
        "made the file for the right one",
    ),
    "crs_clash.projected_under_degrees": (
        "坐标系文件说是经纬度，坐标却是平面坐标（米）。请从下面选择分带，并在地图上核对位置",
        "The .prj file says degrees, the numbers are metres. Choose the zone below and check the "
        "place on the map",
    ),
    "crs_clash.other_zone": (
        "横坐标的带号与坐标系文件的分带不同。一般应以坐标为准，请在地图上核对位置",
        "The zone number in the eastings is not that of the .prj file. The numbers are usually "
        "right; check the place on the map",
    ),
    "crs_clash.zone_in_numbers": (
        "坐标系文件的横坐标不含带号，坐标却带有带号。一般应以坐标为准，请在地图上核对位置",
        "The .prj file names a system without zone numbers, yet the eastings carry one. The "
        "numbers are usually right; check the place on the map",
    ),
    "crs_clash.no_zone_in_numbers": (
        "坐标系文件的横坐标含带号，坐标却没有带号。请选择中央经线，并在地图上核对位置",
        "The .prj file names a system with zone numbers, yet the eastings carry none. Choose the "
        "meridian and check the place on the map",
    ),
    "crs_clash.two_zones": (
        "图层里有两个以上的带号，说明不同分带的图形混在一起。请在原软件中统一到一个分带后重新导出",
        "The layer carries the numbers of several zones: shapes of different zones were put "
        "together. Bring them into one zone in the program they came from and export again",
    ),
    "crs_clash.swapped_axes": (
        "纬度写在了经度前面。请确认交换两列坐标，并在地图上核对位置",
        "Latitude stands before longitude. Confirm that the two are exchanged and check the place "
        "on the map",
    ),
    "crs_clash.northing_first": (
        "纵坐标（北）写在了横坐标（东）前面。请确认交换两列坐标，并在地图上核对位置",
        "The northing stands before the easting. Confirm that the two are exchanged and check the "
        "place on the map",
    ),
    "crs_clash.far_from_territory": (
        "按这个坐标系，图层离本单位已有的范围超过 50 公里。请核对分带，或确认文件没有拿错",
        "In this system the layer lies more than 50 km from what the office has. Check the zone, "
        "and whether this is the right file",
    ),
    "crs_clash.outside_china": (
        "按坐标系文件，图层落在中国以外。请选择别的坐标系，或确认文件没有拿错",
        "By the .prj file the layer lies outside China. Choose another system, or check whether "
        "this is the right file",
    ),
    "crs_clash.numbers_elsewhere": (
        "坐标数值不像所说的坐标系。请向提供单位询问坐标系，或在原软件中转换后重新导出",
        "The numbers cannot be those of the named system. Ask whoever made the file which one it "
        "is, or convert it where it came from and export again",
    ),
    "crs_clash.datum_shift": (
        "文件使用旧坐标系，与 CGCS2000 相差几十米，公开参数不能准确转换。请索取 CGCS2000 成果，"
        "或确认接受几十米的偏差",
        "The file is in an older system, tens of metres from CGCS2000, with no exact public way "
        "across. Ask for the data in CGCS2000, or confirm that tens of metres do not matter",
    ),
    "crs_warning.datum_shift": (
        "没有公开参数可以准确转换到 CGCS2000，不能直接导入。请索取 CGCS2000 成果",
        "No public way leads exactly to CGCS2000, so it cannot be imported as it is. Ask for the "
        "data in CGCS2000",
    ),
    "crs_warning.stand_in": (
        "位置会偏几十米，只有能接受这个偏差时才选它",
        "Places will be tens of metres off: take it only where that does not matter",
    ),
    "prj_note.esri": (
        "采用桌面地图软件的写法，没有 EPSG 编号",
        "written in the manner of ArcGIS, without EPSG number",
    ),
    "prj_note.compound": (
        "还写有高程基准，只取平面部分",
        "names a height system too; only the horizontal part is taken",
    ),
    "prj_note.bom": ("开头有编码标记", "begins with a mark of its encoding"),
    "prj_note.utf16": ("用 UTF-16 写成", "written in UTF-16"),
    "prj_note.gbk": ("用 GBK 写成", "written in GBK"),
    "prj_note.unquoted": ("EPSG 编号没有加引号", "the EPSG number stands without quotes"),
    "prj_note.axis": (
        "写明北坐标在前；矢量文件里仍以东坐标在前",
        "says north comes first; in files of shapes east comes first all the same",
    ),
    "prj_note.bare_code": ("只写了 EPSG 编号", "holds nothing but an EPSG number"),
    "prj_note.bare_name": ("只写了坐标系名称", "holds nothing but the name of a system"),
    "prj_note.proj": ("用投影参数串写成", "written as a PROJ string"),
    "prj_note.ellipsoid_only": (
        "只写了椭球，大地基准由椭球推断",
        "names an ellipsoid only; the datum is concluded from it",
    ),
    "prj_note.own_shift": (
        "自带基准转换参数，按这些参数转换",
        "brings its own shift of datums, which is applied",
    ),
    "prj_note.name_differs": (
        "名称里的分带与参数不同，以参数为准",
        "the zone in its name is not that of its parameters; the parameters count",
    ),
    "prj_note.number_differs": (
        "EPSG 编号与参数不同，以参数为准",
        "its EPSG number is not that of its parameters; the parameters count",
    ),
    "prj_note.no_map": (
        "不是地图坐标系（例如工地独立坐标），无法定位",
        "is no system of a map (for instance a building site's own axes)",
    ),
    "prj_note.unreadable": ("内容无法识别", "cannot be read"),
    "prj_note.odd_unit": ("长度单位不是米", "lengths are not in metres"),
    "datum.cgcs2000": ("2000 国家大地坐标系", "CGCS2000"),
    "datum.wgs84": ("WGS84 坐标系", "WGS 84"),
    "datum.xian1980": ("1980 西安坐标系", "Xi'an 1980"),
    "datum.beijing1954": ("1954 北京坐标系", "Beijing 1954"),
    "datum.other": ("其他坐标系", "another datum"),
}
