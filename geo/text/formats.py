"""What the readers of single formats say."""

FORMATS: dict[str, tuple[str, str]] = {
    "format.KML": ("KML 标注", "KML placemarks"),
    "format.GPX": ("GPX 航迹", "GPX tracks"),
    "format.TXT": ("坐标文件（.txt）", "Coordinate report (.txt)"),
    "format.CSV": ("CSV 表格", "CSV table"),
    "format.XLSX": ("XLSX 工作簿", "XLSX workbook"),
    "format.OpenFileGDB": ("文件地理数据库（.gdb）", "File geodatabase (.gdb)"),
    # Texts and XML.
    "error.text_unreadable": (
        "{path}：文字不是 UTF-8、UTF-16、GB18030 或大五码，或者文件已损坏。请另存为 UTF-8 编码。",
        "{path}: its text is not UTF-8, UTF-16, GB18030 or Big5, or the file is damaged. Save it "
        "again as UTF-8.",
    ),
    "error.xml_entities": (
        "{path}：文件里有文档类型或实体定义，可能会攻击读取程序，不予打开。请用常用软件重新导出。",
        "{path}: defines a document type or entities, which can attack whoever reads them, so it is "
        "not opened. Export it again with a program you know.",
    ),
    "error.xml_too_deep": (
        "{path}：内容嵌套超过 {limit} 层。请减少文件夹层级后重新导出。",
        "{path}: is nested more than {limit} levels deep. Export it again with fewer folders.",
    ),
    "error.xml_too_many": (
        "{path}：内容超过 {limit} 个元素。请分成几个文件导出。",
        "{path}: holds more than {limit} elements. Export it as several files.",
    ),
    "error.xml_mark_too_long": (
        "{path}：有一个标签或注释超过 {limit} MB。请用常用软件重新导出。",
        "{path}: holds a tag or comment of more than {limit} MB. Export it again with a program "
        "you know.",
    ),
    "error.no_features": (
        "{path}：里面没有标注、航点或航迹。请检查导出时是否选中了要素。",
        "{path}: holds no placemarks, waypoints or tracks. Check whether any were selected when it "
        "was made.",
    ),
    # Coordinate reports.
    "error.report_without_parcels": (
        "{path}：里面没有地块。坐标文件的地块行以 @ 结尾，下面逐行写界址点。",
        "{path}: holds no parcel. In a coordinate report the line of a parcel ends with @, and its "
        "points follow line by line.",
    ),
    # Tables.
    "error.table_empty": (
        "{path}：表里没有数据。第一行应是字段名，下面每行一条记录。",
        "{path}: the table is empty. Its first row names the fields, each further row is a record.",
    ),
    "error.table_not_text": (
        "{path}：内容不是文本表格。请在原软件中另存为 CSV 或 XLSX。",
        "{path}: is not a table as text. Save it as CSV or XLSX where it came from.",
    ),
    "error.table_too_long": (
        "{path}：超过 {limit} 行。请分成几个文件。",
        "{path}: has more than {limit} rows. Split it into several files.",
    ),
    "error.table_too_wide": (
        "{path}：超过 {limit} 个字段。请删去不用的列，或检查分隔符。",
        "{path}: has more than {limit} fields. Remove those not needed, or check what separates "
        "them.",
    ),
    "error.table_too_large": (
        "{path}：超过 {limit} 个单元格。请删去右侧和下方的空列、空行，或分成几个文件。",
        "{path}: has more than {limit} cells. Remove empty columns and rows at its edges, or split "
        "it into several files.",
    ),
    "error.cell_too_long": (
        "{path}：有一个单元格超过 {limit} 个字符。请检查引号是否成对。",
        "{path}: a cell is longer than {limit} characters. Check that every quote is closed.",
    ),
    "error.workbook_old": (
        "{path}：是旧格式（.xls）或加了密码的工作簿。请另存为不带密码的 .xlsx。",
        "{path}: is a workbook of the old kind (.xls) or locked with a password. Save it as .xlsx "
        "without one.",
    ),
    "error.workbook_too_large": (
        "{path}：工作簿解压后超过 {limit} MB，或部件过多。请删去图片和不用的工作表。",
        "{path}: the workbook unpacks to more than {limit} MB or too many parts. Remove pictures "
        "and sheets that are not needed.",
    ),
    # Rows.
    "problem.coordinates_unreadable": (
        "坐标读不出来（{value}），这一行没有图形",
        "Its coordinates cannot be read ({value}); this row has no shape",
    ),
    "fix.coordinates_unreadable": (
        "在原文件中改正坐标：只写数字或度分秒，点与点分开",
        "Mend the coordinates in the file: numbers or degrees, minutes, seconds, one point apart "
        "from the next",
    ),
    "problem.too_few_points": (
        "只有 {count} 个点，至少要 {needed} 个，这一行没有图形",
        "Has only {count} of at least {needed} points; this row has no shape",
    ),
    "fix.too_few_points": (
        "在原软件中补全界址点或航迹点",
        "Add the missing points where it came from",
    ),
    "problem.point_count_differs": (
        "写明 {declared} 个点，实际 {found} 个；按实际的点读取",
        "Declares {declared} points and has {found}; those that are there were read",
    ),
    "fix.point_count_differs": (
        "核对坐标文件是否缺行或多行",
        "Check whether lines of the report are missing or written twice",
    ),
    "problem.axes_swapped": (
        "东坐标写在北坐标的位置，已对调",
        "The easting stood where the northing belongs; they were exchanged",
    ),
    "fix.axes_swapped": (
        "在地图上核对位置；在原文件中改正坐标顺序",
        "Check its place on the map, and mend the order in the file",
    ),
    "problem.zone_differs": (
        "东坐标 {value} 的带号与文件中其他地块不同，这一行没有图形",
        "The easting {value} lies in another zone than the file's other parcels; this row has no "
        "shape",
    ),
    "fix.zone_differs": (
        "每个文件只放一个投影带的地块，分开导入",
        "Keep the parcels of each zone in a file of their own",
    ),
    "problem.rings_reordered": (
        "第一个环在另一个环之内，已按位置区分外边界和孔洞",
        "Its first ring lies within another; outlines and holes were told apart by where they lie",
    ),
    "fix.rings_reordered": (
        "在地图上核对轮廓和孔洞",
        "Check outline and holes on the map",
    ),
    "problem.too_many_rings": (
        "有 {count} 个环，最多 {limit} 个，这一行没有图形",
        "Has {count} rings, {limit} are allowed; this row has no shape",
    ),
    "fix.too_many_rings": (
        "在原软件中分成几个地块",
        "Split it into several parcels where it came from",
    ),
    "problem.row_ragged": (
        "这一行（表格第 {line} 行）有 {found} 格，表头有 {expected} 格，后面的值可能错位",
        "This row, line {line} of the table, has {found} cells under {expected} field names; its "
        "values may be shifted",
    ),
    "problem.lines_passed_over": (
        "表中有标题或空行，行号不算它们；数据行 → 表格行：{lines}",
        "Titles and empty lines do not count as rows; data row → line of the table: {lines}",
    ),
    "fix.lines_passed_over": (
        "不用改；查找某一行时按此换算，后面各行依次类推",
        "Nothing; find a row by it, those after it follow line by line",
    ),
    "fix.row_ragged": (
        "检查这一行是否多了或少了分隔符；含分隔符的文字要加引号",
        "Look for a separator too many or missing; text that contains one needs quotes",
    ),
}
