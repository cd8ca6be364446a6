"""Whether a file's content is what its name says: a reader is never handed something else."""

from collections.abc import Callable
from pathlib import Path

from geo.errors import FileRefused

HEAD_BYTES = 4096
_SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
_SQLITE_MAGIC = b"SQLite format 3\x00"
_ZIP_MAGIC = b"PK\x03\x04"


def check_content(path: Path, suffix: str, *, source: str) -> None:
    """Refuse a file whose first bytes are those of something else.

    Raises
    ------
    FileRefused
        ``format_mismatch``, ``file_empty_bytes``.
    """
    if path.is_dir():  # a file geodatabase
        return
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise FileRefused("file_empty_bytes", path=source)
    fits = _SIGNS.get(suffix)
    if fits is not None and not fits(head):
        raise FileRefused("format_mismatch", path=source, suffix=suffix)


def _begins_json(head: bytes) -> bool:
    return _text_start(head)[:1] in {"{", "["}


def _begins_xml(head: bytes) -> bool:
    return _text_start(head)[:1] == "<"


def _text_start(head: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2].decode(encoding, errors="ignore").lstrip()
    return head.decode("utf-8-sig", errors="ignore").lstrip()


_SIGNS: dict[str, Callable[[bytes], bool]] = {
    ".shp": lambda head: head.startswith(_SHAPEFILE_MAGIC),
    ".gpkg": lambda head: head.startswith(_SQLITE_MAGIC),
    ".xlsx": lambda head: head.startswith(_ZIP_MAGIC),
    ".geojson": _begins_json,
    ".json": _begins_json,
    ".kml": _begins_xml,
    ".gpx": _begins_xml,
}
