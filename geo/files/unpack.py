"""Archives: their members are taken out under names of our own, never under the ones they bring.

The full gate (drivers in a child process, limits on time and memory) is `geo.files`' next room;
what stands here already holds for every archive: no member decides where it is written, how many
there are, or how large they grow.
"""

import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo.errors import FileRefused
from geo.files.dbf import has_doubled_names, tell_fields_apart

MAX_MEMBERS = 1_000
MAX_TOTAL_BYTES = 4 * 1024**3
LOCKED_FLAG, UTF8_FLAG = 0x1, 0x800
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError)
SHAPEFILE_PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that came out of an upload, with the name it was delivered under."""

    path: Path
    name: str


@contextmanager
def unpacked(path: Path) -> Iterator[list[Unpacked]]:
    """Open a delivery: a plain file as it is, a zip taken apart into a temporary folder.

    Yields
    ------
    list of Unpacked
        Every useful member; the files of one shapefile keep a common stem.

    Raises
    ------
    FileRefused
        ``file_missing``, ``file_unreadable``, ``archive_too_many``, ``archive_too_large``,
        ``archive_locked``.
    """
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() == ".zip":
            raise FileRefused("file_unreadable", path=path, detail="zip")
        with _with_distinct_names(path) as same:
            yield [Unpacked(same, path.name)]
        return
    with tempfile.TemporaryDirectory(prefix="skyground-") as folder:
        try:
            files = _take_apart(path, Path(folder))
        except _BROKEN as error:
            raise FileRefused("file_unreadable", path=path, detail="zip") from error
        yield files


def parts_of(shapefile: Path) -> list[Path]:
    """List the files that make up a bare shapefile, however their suffixes are written.

    What a program lays beside it for its own use (.qix, .sbn, .qpj) is no part of it.
    """
    return sorted(
        part
        for part in shapefile.parent.iterdir()
        if part.stem == shapefile.stem and part.suffix.lower() in SHAPEFILE_PARTS
    )


@contextmanager
def _with_distinct_names(path: Path) -> Iterator[Path]:
    """Give a file itself; a bare shapefile with two fields of one name as a mended copy."""
    parts = parts_of(path) if path.suffix.lower() == ".shp" else []
    if not any(part.suffix.lower() == ".dbf" and has_doubled_names(part) for part in parts):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="skyground-") as folder:
        for part in parts:
            copy = Path(shutil.copy(part, Path(folder) / f"0000{part.suffix.lower()}"))
            if copy.suffix == ".dbf":
                tell_fields_apart(copy)
        yield Path(folder) / "0000.shp"


def _take_apart(path: Path, folder: Path) -> list[Unpacked]:
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not _is_noise(m.filename)]
        if len(members) > MAX_MEMBERS:
            raise FileRefused("archive_too_many", path=path, count=len(members), limit=MAX_MEMBERS)
        if sum(m.file_size for m in members) > MAX_TOTAL_BYTES:
            raise FileRefused("archive_too_large", path=path, limit=MAX_TOTAL_BYTES // 1024**2)
        if any(m.flag_bits & LOCKED_FLAG for m in members):
            raise FileRefused("archive_locked", path=path)
        stems: dict[str, int] = {}
        files = []
        for member in members:
            name = member_name(member)
            pure = PurePosixPath(name)
            # Members of one shapefile share folder and stem, so they share a number; where it was
            # packed, capital letters made no difference.
            number = stems.setdefault(str(pure.with_suffix("")).casefold(), len(stems))
            target = folder / f"{number:04d}{_plain_suffix(pure)}"
            with archive.open(member) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            if target.suffix == ".dbf":
                tell_fields_apart(target)
            files.append(Unpacked(target, name))
    return files


def member_name(member: zipfile.ZipInfo) -> str:
    """Read a member's name; without the UTF-8 flag a Chinese Windows wrote it in GBK."""
    name = member.filename
    if not member.flag_bits & UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    # Only now: the second byte of a character in GBK may be a backslash.
    return name.replace("\\", "/")


def _plain_suffix(name: PurePosixPath) -> str:
    suffix = name.suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) <= 9 else ""


def _is_noise(name: str) -> bool:
    return any(part in name for part in NOISE)
