"""What can be wrong with a row of a file, and what to do: ``problem.CODE`` and ``fix.CODE``."""

PROBLEMS: dict[str, tuple[str, str]] = {
    "problem.no_code": ("这一行没有图斑号", "This row has no patch number"),
    "fix.no_code": (
        "在原文件中补上图斑号，或用“跳过问题行”导入其余各行",
        "Fill in the patch number in the file, or import the other rows by skipping bad ones",
    ),
    "problem.no_number": ("这一行没有编号", "This row has no number"),
    "fix.no_number": (
        "在原文件中补上编号，或用“跳过问题行”导入其余各行",
        "Fill in the number in the file, or import the other rows by skipping bad ones",
    ),
    "problem.duplicate_code": (
        "编号 {value} 在本文件中出现 {count} 次",
        "The number {value} appears {count} times in this file",
    ),
    "fix.duplicate_code": (
        "给每个图形一个唯一编号，或选择另一个编号字段",
        "Give each shape its own number, or choose another field as number",
    ),
    "problem.code_inexact": (
        "编号 {value} 在文件中存成了带小数的数值，超过 15 位，末几位已不准确",
        "The number {value} was kept as a decimal number too long to be exact; its last digits "
        "are wrong",
    ),
    "fix.code_inexact": (
        "在原软件中把编号字段改成文本型，重新导出",
        "Make the field a text field in the program it came from, and export again",
    ),
    "problem.number_unreadable": (
        "{value} 不是数字，这一项留空；原值已保存",
        "{value} is no number; this value stays empty, what was written is kept",
    ),
    "fix.number_unreadable": (
        "只写数字，不带单位和千分号",
        "Write the number alone, without unit or thousands mark",
    ),
    "problem.mostly_outside": (
        "{all} 个图形中有 {count} 个在本单位范围之外",
        "{count} of {all} shapes lie outside the territory",
    ),
    "fix.mostly_outside": (
        "核对坐标系和分带，或确认是否拿错了文件",
        "Check the coordinate system and its zone, and whether this is the right file",
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
    "problem.answer_missing": ("“{value}”没有填", "“{value}” was not answered"),
    "fix.answer_missing": (
        "补填后重新导入；整行不填则视为尚未核查",
        "Fill it in and import again; a row left blank counts as not checked yet",
    ),
    "problem.answer_bad": (
        "“{field}”的值看不懂：{value}",
        "“{field}” cannot be understood: {value}",
    ),
    "fix.answer_bad": (
        "是否违法填 1 或 0；版本号和照片不要改动",
        "Answer unlawful with 1 or 0; leave versions and photos as they were exported",
    ),
    "problem.unknown_patch": (
        "没有图斑 {value}，或者它不在您的辖区",
        "There is no patch {value}, or it is not in your territory",
    ),
    "fix.unknown_patch": (
        "检查图斑号是否被改动，是否交错了工作区",
        "Check whether the number was changed, or the file belongs to another workspace",
    ),
    "problem.ambiguous_patch": (
        "图斑号 {value} 在几个批次里都有：{known}",
        "The number {value} is used in several batches: {known}",
    ),
    "fix.ambiguous_patch": ("在 batch 一栏填上批次", "Fill in the batch in the field batch"),
    "problem.answered_twice": (
        "图斑 {value} 在本文件中有两个不同的结果",
        "The patch {value} has two different findings in this file",
    ),
    "fix.answered_twice": ("只保留正确的一个", "Keep the one that is right"),
    "problem.not_in_field": (
        "图斑 {value} 处于“{stage}”，现在不收外业结果",
        "The patch {value} is at the stage “{stage}” and takes no findings now",
    ),
    "fix.not_in_field": (
        "如需重新核查，请先由审核人退回",
        "If it has to be checked again, a reviewer returns it first",
    ),
    "problem.old_version": (
        "图斑 {value} 在外业期间被改动（带出时第 {seen} 版，现在第 {standing} 版）",
        "The patch {value} was changed meanwhile (it left as version {seen}, now {standing})",
    ),
    "fix.old_version": (
        "查看该图斑的历史，重新导出外业包后再填报",
        "Look at its history, export the package again and answer on that",
    ),
    "problem.unknown_surveyor": (
        "没有人员 {value}",
        "There is no person {value}",
    ),
    "fix.unknown_surveyor": (
        "surveyor 一栏填人员编号，或先导入该人员",
        "Put a person's code into surveyor, or import that person first",
    ),
    "problem.unlisted_cause": (
        "变化原因 {value} 不在代码表 {list} 中",
        "The cause {value} is not in the code list {list}",
    ),
    "fix.unlisted_cause": ("核对代码；已按原样保存", "Check the code; it was kept as it came"),
    # What is wrong with a shape: geo.shapes.repair.Reason.
    "reason.self_intersection": ("边界自相交", "its outline crosses itself"),
    "reason.ring_touches_itself": ("环与自身重合或相接", "a ring touches itself"),
    "reason.hole_outside": ("孔洞在外边界之外", "a hole lies outside its outline"),
    "reason.holes_nested": ("孔洞互相嵌套", "a hole lies inside another hole"),
    "reason.parts_nested": ("一部分落在另一部分之内", "one part lies inside another"),
    "reason.split_by_holes": ("孔洞把面切断", "holes cut it into pieces"),
    "reason.duplicate_rings": ("环重复", "a ring occurs twice"),
    "reason.too_few_points": ("节点太少，围不成面", "too few points to enclose an area"),
    "reason.stray_parts": ("面中混有点或线", "points or lines are mixed in"),
    "reason.not_finite": ("空值或无穷值", "(empty or infinite)"),
    "reason.point": ("点", "point"),
    "reason.line": ("线", "line"),
    "reason.collection": ("点线面混合图形", "mix of shapes"),
    "reason.unknown": ("图形不合规则", "it breaks the rules for polygons"),
}
