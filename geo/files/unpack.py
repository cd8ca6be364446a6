"""Archives: their members are taken out under names of our own, never under the ones they bring.

No member decides where it is written, how many there are, or how large they grow. Runs in the
reading process.
"""

import lzma
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from geo.errors import FileRefused
from geo.files.dbf import has_doubled_names, tell_fields_apart
from geo.files.limits import limit_refused
from geo.files.shapefile_parts import parts_of
from geo.settings import ReadingLimits

MB = 1024**2
LOCKED_FLAG, UTF8_FLAG = 0x1, 0x800
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError),
    *(ValueError, struct.error),  # names that are not in the encoding they claim
)
NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
# What macOS lays beside every file, and Office beside one that is open.
NOISE_STARTS = ("._", "~$")
ARCHIVES = frozenset({".zip", ".kmz", ".rar", ".7z", ".tar", ".gz", ".tgz"})
OPENED_ARCHIVES = frozenset({".zip", ".kmz"})
GEODATABASE = ".gdb"
# Below this a member's ratio says nothing: a table of blanks packs well.
RATIO_FROM_BYTES = 64 * MB
_HEADER_BYTES = 30  # a member's own header, before its name
_DRIVE = re.compile(r"^[A-Za-z]:")
_DATABASE_FILE = re.compile(r"^[A-Za-z0-9_.]{1,40}$")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that came out of an upload, with the name it was delivered under."""

    path: Path
    name: str


def unpack(path: Path, folder: Path, limits: ReadingLimits) -> list[Unpacked]:
    """Open a delivery: a plain file as it is, an archive taken apart into a folder.

    Returns
    -------
    list of Unpacked
        Every useful member; the files of one shapefile keep a common stem, those of a file
        geodatabase a common folder. An archive within is named, and not unpacked.

    Raises
    ------
    FileRefused
        ``file_missing``, ``file_unreadable``, ``archive_too_many``, ``archive_too_large``,
        ``archive_ratio``, ``archive_locked``, ``archive_link``, ``archive_overlap``,
        ``archive_unsafe_name`` or ``archive_kind``.
    """
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    if path.stat().st_size == 0:
        raise FileRefused("file_empty_bytes", path=path)
    suffix = path.suffix.lower()
    if suffix in ARCHIVES - OPENED_ARCHIVES:
        raise FileRefused("archive_kind", path=path)
    if suffix not in OPENED_ARCHIVES:
        own = _own_copy(path, folder) if suffix == ".shp" else _plainly_named(path, folder)
        return [Unpacked(own, path.name)]
    if not zipfile.is_zipfile(path):
        raise FileRefused("file_unreadable", path=path, detail="zip")
    try:
        return _take_apart(path, folder, limits)
    except _BROKEN as error:
        raise FileRefused("file_unreadable", path=path, detail="zip") from error


def _own_copy(shapefile: Path, folder: Path) -> Path:
    """Copy a bare shapefile: what is missing is made beside it, and doubled names are mended."""
    own = folder / "bare"
    own.mkdir()
    for part in parts_of(shapefile):
        copy = Path(shutil.copyfile(part, own / f"0000{part.suffix.lower()}"))
        _mend_names(copy)
    return own / "0000.shp"


def _plainly_named(path: Path, folder: Path) -> Path:
    """Call a file by a name without signs that a library takes for its own."""
    plain = folder / f"delivered{_plain_suffix(PurePosixPath(path.name))}"
    plain.symlink_to(path)
    return plain


def _mend_names(part: Path) -> None:
    if part.suffix == ".dbf" and has_doubled_names(part):
        tell_fields_apart(part)


def _take_apart(path: Path, folder: Path, limits: ReadingLimits) -> list[Unpacked]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _refuse_crowds(members, path, limits)
        _refuse_overlaps(archive, path)
        members = [m for m in members if _has_name(m) and not _is_noise(member_name(m))]
        for member in members:
            _refuse_member(member, path, limits)
        room = limits.archive_mb * MB
        files: dict[Path, Unpacked] = {}
        for member, target, name in _targets(members, folder):
            if target.suffix in ARCHIVES:
                files[target] = Unpacked(target, name)
                continue
            target.parent.mkdir(exist_ok=True)
            with archive.open(member) as packed, target.open("wb") as sink:
                room -= _copy(packed, sink, room)
            if room < 0:
                raise limit_refused("archive_too_large", "archive_mb", limits, path=path)
            _mend_names(target)
            # A geodatabase is one thing, however many files it has.
            is_database = target.parent.suffix == GEODATABASE
            whole = target.parent if is_database else target
            files.setdefault(whole, Unpacked(whole, name))
        return list(files.values())


def _refuse_crowds(members: Sequence[zipfile.ZipInfo], path: Path, limits: ReadingLimits) -> None:
    if len(members) > limits.archive_members:
        count = len(members)
        raise limit_refused("archive_too_many", "archive_members", limits, path=path, count=count)
    if sum(m.file_size for m in members) > limits.archive_mb * MB:
        raise limit_refused("archive_too_large", "archive_mb", limits, path=path)


def _refuse_overlaps(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse members that share bytes: one packed block would unpack to any number of files."""
    ordered = sorted(archive.infolist(), key=lambda m: m.header_offset)
    end = 0
    for member in ordered:
        if member.header_offset < end:
            raise FileRefused("archive_overlap", path=path)
        name_bytes = len(member.orig_filename.encode("utf-8", errors="replace"))
        # A name in another encoding may be shorter: half is on the safe side.
        end = member.header_offset + _HEADER_BYTES + name_bytes // 3 + member.compress_size


def _refuse_member(member: zipfile.ZipInfo, path: Path, limits: ReadingLimits) -> None:
    name = member_name(member)
    pure = PurePosixPath(name)
    # A link or a device is no file; archives made on Windows say nothing of kinds.
    if stat.S_IFMT(member.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise FileRefused("archive_link", path=path, member=name)
    if pure.is_absolute() or _DRIVE.match(name) or ".." in pure.parts:
        raise FileRefused("archive_unsafe_name", path=path, member=name)
    if member.flag_bits & LOCKED_FLAG:
        raise FileRefused("archive_locked", path=path)
    is_suspect = member.file_size > RATIO_FROM_BYTES
    if is_suspect and member.file_size > limits.archive_ratio * max(member.compress_size, 1):
        raise limit_refused("archive_ratio", "archive_ratio", limits, path=path, member=name)


def _targets(
    members: Sequence[zipfile.ZipInfo], folder: Path
) -> Iterator[tuple[zipfile.ZipInfo, Path, str]]:
    """Give each member a place of our own, and the name people know it by."""
    parts = [part for member in members if (part := _part(member)) is not None]
    numbers: dict[tuple[str, int], int] = {}
    for part, whole in zip(parts, _wholes(parts), strict=True):
        number = numbers.setdefault(whole, len(numbers))
        if part.is_database:
            place = folder / f"{number:04d}{GEODATABASE}" / part.slot
            yield part.member, place, part.stem
        else:
            yield part.member, folder / f"{number:04d}{part.slot}", member_name(part.member)


@dataclass(frozen=True, slots=True)
class _Part:
    """A member as a part of something: what that is called, and which of its parts this is."""

    member: zipfile.ZipInfo
    stem: str
    slot: str
    is_database: bool = False


def _part(member: zipfile.ZipInfo) -> _Part | None:
    pure = PurePosixPath(member_name(member))
    database = next((p for p in pure.parents if p.suffix.lower() == GEODATABASE), None)
    if database is None:
        return _Part(member, str(pure.with_suffix("")), _plain_suffix(pure))
    if _DATABASE_FILE.match(pure.name) and pure.parent == database:
        return _Part(member, str(database), pure.name, is_database=True)
    return None


def _wholes(parts: Sequence[_Part]) -> Iterator[tuple[str, int]]:
    """Say what each member is a part of: those of one shapefile share folder and stem.

    Where it was packed, capital letters mostly made no difference. Where they did, two members
    would be the same part of one thing: then they count, and what is there twice even so is kept
    apart by its turn.
    """
    slots: defaultdict[str, list[str]] = defaultdict(list)
    for part in parts:
        if part.slot:
            slots[part.stem.casefold()].append(part.slot)
    counted = {stem for stem, some in slots.items() if len(set(some)) < len(some)}
    turns = Counter[tuple[str, str]]()
    for part in parts:
        folded = part.stem.casefold()
        stem = part.stem if folded in counted else folded
        yield stem, turns[stem, part.slot]
        turns[stem, part.slot] += 1


def _copy(packed: IO[bytes], sink: IO[bytes], room: int) -> int:
    """Write one member and count what really comes out; its header may say less."""
    written = 0
    while written <= room and (block := packed.read(MB)):
        sink.write(block)
        written += len(block)
    return written


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


def _has_name(member: zipfile.ZipInfo) -> bool:
    return bool(PurePosixPath(member_name(member)).name) and not member.is_dir()


def _is_noise(name: str) -> bool:
    return any(part in name for part in NOISE) or PurePosixPath(name).name.startswith(NOISE_STARTS)
