"""Imagery: what is registered, what is refused, and what is said of a pair of images."""

IMAGERY: dict[str, tuple[str, str]] = {
    "error.image_unknown": (
        "没有编号为 {image} 的影像，或者它不在您的辖区。请查看影像列表。",
        "There is no image {image}, or it is not of your territory. Look at the list of imagery.",
    ),
    "error.image_beyond_territory": (
        "影像 {image} 也供您辖区以外的人使用，不能由您撤下。请找上级管理员。",
        "Image {image} is also used beyond your territory; you cannot take it out. Ask the "
        "administrator above you.",
    ),
}
