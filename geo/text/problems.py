"""What can be wrong with a row of a file, and what to do: ``problem.CODE`` and ``fix.CODE``."""

PROBLEMS: dict[str, tuple[str, str]] = {
    "problem.no_code": ("这一行没有图斑号", "This row has no patch number"),
    "fix.no_code": (
        "在原文件中补上图斑号，或用“跳过问题行”导入其余各行",
        "Fill in the patch number in the file, or import the other rows by skipping bad ones",
    ),
    "problem.duplicate_code": (
        "编号 {value} 在本文件中出现 {count} 次",
        "The number {value} appears {count} times in this file",
    ),
    "fix.duplicate_code": (
        "给每个图形一个唯一编号，或选择另一个编号字段",
        "Give each shape its own number, or choose another field as number",
    ),
    "problem.no_geometry": ("这一行没有图形", "This row has no shape"),
    "fix.no_geometry": (
        "在原软件中补画图形，或删除这一行",
        "Draw the shape in the program it came from, or delete the row",
    ),
    "problem.wrong_geometry_type": (
        "这一行是{value}，图斑和网格必须是面",
        "This row is a {value}; patches and grids must be polygons",
    ),
    "fix.wrong_geometry_type": (
        "检查是否选错了图层，或在原软件中转成面",
        "Check that the right layer was chosen, or turn it into a polygon",
    ),
    "problem.repaired": (
        "图形有错误（{reason}），已修复，面积变化 {change_m2} 平方米",
        "The shape was invalid ({reason}) and was repaired; its area changed by {change_m2} m²",
    ),
    "fix.repaired": (
        "在地图上核对修复后的轮廓；原因通常是环自相交",
        "Check the repaired outline on the map; the usual cause is a ring that crosses itself",
    ),
    "problem.not_repairable": (
        "图形有错误（{reason}），无法修复成面",
        "The shape is invalid ({reason}) and cannot be repaired into a polygon",
    ),
    "fix.not_repairable": ("在原软件中重画这个图形", "Draw this shape again where it came from"),
    "problem.bad_coordinates": (
        "坐标 {value} 不在坐标系 {crs} 的范围内",
        "The coordinate {value} does not fit the coordinate system {crs}",
    ),
    "fix.bad_coordinates": (
        "检查坐标系是否选对；坐标中是否有空值或无穷值",
        "Check the coordinate system; look for empty or infinite coordinates",
    ),
}
