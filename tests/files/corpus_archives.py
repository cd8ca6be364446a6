"""Archives that mean harm, or were packed by a program that did not know better."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.deliveries import zip_members
from tests.files.corpus_case import (
    MISMATCH,
    NOTHING,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_drawing import FIRST, patches
from tests.files.corpus_shp_bytes import named, shapefile

ZIP: Final = "图斑.zip"
MANY: Final = 20_000
BOMB_BYTES: Final = 64 * 1024**2
LOCKED_FLAG: Final = 0x1
# What other packers' files begin with, and then anything.
RAR: Final = b"Rar!\x1a\x07\x01\x00" + bytes(range(256)) * 2
SEVEN_ZIP: Final = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(256)) * 2


def delivery(stem: str = "图斑") -> dict[str, bytes]:
    """The usual shapefile's members."""
    return named(shapefile(patches()), stem)


# ---- Archives byte by byte ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory at the end of an archive says of one member."""

    name: bytes
    crc: int
    packed: int
    size: int
    at: int
    method: int = zipfile.ZIP_DEFLATED

    @property
    def local_head(self) -> bytes:
        """What stands before the member's own bytes."""
        body = (20, 0, self.method, 0, 33, self.crc, self.packed, self.size, len(self.name), 0)
        return b"PK\x03\x04" + struct.pack("<5H3I2H", *body) + self.name

    @property
    def line(self) -> bytes:
        """The member's line in the directory."""
        body = (20, 20, 0, self.method, 0, 33, self.crc, self.packed, self.size, len(self.name))
        tail = struct.pack("<4H2I", 0, 0, 0, 0, 0, self.at)
        return b"PK\x01\x02" + struct.pack("<6H3IH", *body) + tail + self.name


def directory(entries: list[Entry], at: int) -> bytes:
    """The directory, and the mark that ends an archive."""
    lines = b"".join(entry.line for entry in entries)
    count = len(entries)
    return lines + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, count, count, len(lines), at, 0)


def deflated(raw: bytes) -> bytes:
    """Deflate without any frame."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(raw) + packer.flush()


def _overlap(path: Path, kernel: bytes, count: int) -> None:
    """Members within members: each quotes the next one's head and goes on as that one does.

    So many members grow from the same few bytes, each of them whole and with a right checksum.
    """
    packed, content = deflated(kernel), kernel
    entries = list[tuple[Entry, bytes]]()
    for n in reversed(range(count)):
        entry = Entry(f"{n:02d}.shp".encode(), zlib.crc32(content), len(packed), len(content), 0)
        head = entry.local_head
        entries.append((entry, head))
        quote = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF)  # a block that is not packed
        packed, content = quote + head + packed, head + content
    # The last one made stands first; what was put before it as a quote begins with a block's head.
    body = packed[5:]
    placed, at = list[Entry](), 0
    for entry, head in reversed(entries):
        placed.append(Entry(entry.name, entry.crc, entry.packed, entry.size, at))
        at += len(head) + 5
    path.write_bytes(body + directory(placed, len(body)))


def _overlap_of_zeros(path: Path) -> None:
    """Forty megabytes out of five kilobytes."""
    _overlap(path, bytes(1024**2), 40)


def _overlap_of_noise(path: Path) -> None:
    """Three members out of one, so that no size looks odd."""
    _overlap(path, b"".join(zlib.crc32(bytes([n])).to_bytes(4, "big") for n in range(256)), 3)


def _same_place(path: Path) -> None:
    """Many lines of the directory that all point at one member."""
    raw = bytes(1024**2)
    packed = deflated(raw)
    first = Entry(b"00.shp", zlib.crc32(raw), len(packed), len(raw), 0)
    body = first.local_head + packed
    entries = [
        Entry(f"{n:02d}.shp".encode(), first.crc, first.packed, first.size, 0) for n in range(40)
    ]
    path.write_bytes(body + directory(entries, len(body)))


def _lying_sizes(path: Path) -> None:
    """A member of eight megabytes that says it has a hundred bytes."""
    raw = bytes(8 * 1024**2)
    packed = deflated(raw)
    entry = Entry(b"a.shp", zlib.crc32(raw), len(packed), 100, 0)
    body = entry.local_head + packed
    path.write_bytes(body + directory([entry], len(body)))


def _two_names(path: Path) -> None:
    """A member that is called otherwise in the directory than where it stands."""
    members = delivery("x")
    zip_members(path, members)
    raw = path.read_bytes()
    at = raw.rindex(b"x.shp")
    path.write_bytes(raw[:at] + b"x.gml" + raw[at + 5 :])


# ---- Archives by the library --------------------------------------------------------------------


def holding(members: Callable[[], Mapping[str, bytes]]) -> Callable[[Path], None]:
    """Make an archive."""
    return lambda path: zip_members(path, members()) and None


def holds_bytes(raw: bytes) -> Callable[[Path], None]:
    """Make a file of just these bytes."""
    return lambda path: path.write_bytes(raw) and None


def with_name(name: str) -> Callable[[Path], None]:
    """Make an archive of the usual members and one more."""
    return holding(lambda: delivery() | {name: b"x"})


def _link(path: Path) -> None:
    """A member that is a link to a file of the machine."""
    members = delivery()
    zip_members(path, {name: raw for name, raw in members.items() if not name.endswith(".prj")})
    with zipfile.ZipFile(path, "a") as archive:
        member = zipfile.ZipInfo("图斑.prj")
        member.create_system = 3
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/hostname")


def _device(path: Path) -> None:
    zip_members(path, delivery())
    with zipfile.ZipFile(path, "a") as archive:
        member = zipfile.ZipInfo("图斑.qix")
        member.create_system = 3
        member.external_attr = (stat.S_IFIFO | 0o666) << 16
        archive.writestr(member, b"")


def _bomb(path: Path) -> None:
    """A thousand times as large unpacked."""
    member = zipfile.ZipInfo("图斑.shp")
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, bytes(BOMB_BYTES), compresslevel=9)


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for n in range(MANY):
            archive.writestr(zipfile.ZipInfo(f"{n:05d}.shp"), b"")


def _nested(path: Path) -> None:
    inner = path.with_name("inner.zip")
    zip_members(inner, delivery())
    zip_members(path, {"内层.zip": inner.read_bytes()})
    inner.unlink()


def _locked(path: Path) -> None:
    zip_members(path, delivery("x"))
    raw = bytearray(path.read_bytes())
    for mark, flag_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := raw.find(mark, at + 1)) >= 0:
            raw[at + flag_at] |= LOCKED_FLAG
    path.write_bytes(raw)


def _cut_off(path: Path) -> None:
    zip_members(path, delivery())
    path.write_bytes(path.read_bytes()[:-200])


def _cut_off_early(path: Path) -> None:
    zip_members(path, delivery())
    path.write_bytes(path.read_bytes()[:300])


def _wrong_bytes(path: Path) -> None:
    zip_members(path, delivery("x"))
    raw = bytearray(path.read_bytes())
    start = raw.index(b"x.shp") + 20
    for at in range(start, start + 40):
        raw[at] ^= 0xFF
    path.write_bytes(raw)


def _after_something_else(path: Path) -> None:
    """An archive behind a picture: other programs see the picture, unpackers the archive."""
    zip_members(path, delivery())
    path.write_bytes(b"GIF89a" + bytes(64) + path.read_bytes())


def _folder_called_shp(path: Path) -> None:
    members = {f"图斑.shp/{name}": raw for name, raw in delivery("x").items()}
    zip_members(path, members)


UNSAFE = refused("archive_unsafe_name")
CASES: tuple[Case, ...] = (
    patch_case("zip-slip", ZIP, with_name("../../x.shp"), UNSAFE),
    patch_case("zip-slip-inside", ZIP, with_name("下发/../../../x.prj"), UNSAFE),
    patch_case("zip-absolute", ZIP, with_name("/etc/x.shp"), UNSAFE),
    patch_case("zip-drive", ZIP, with_name("C:\\x\\x.shp"), UNSAFE),
    patch_case("zip-share", ZIP, with_name("\\\\127.0.0.1\\x\\x.shp"), UNSAFE),
    patch_case("zip-backslash-slip", ZIP, with_name("..\\..\\x.shp"), UNSAFE),
    patch_case("zip-link", ZIP, _link, refused("archive_link")),
    patch_case("zip-pipe", ZIP, _device, refused("archive_link", "archive_unsafe_name")),
    patch_case("zip-bomb", ZIP, _bomb, refused("archive_ratio", "format_mismatch")),
    patch_case("zip-overlap", ZIP, _overlap_of_zeros, refused("archive_overlap", "archive_ratio")),
    patch_case("zip-overlap-small", ZIP, _overlap_of_noise, refused("archive_overlap")),
    patch_case("zip-same-place", ZIP, _same_place, refused("archive_overlap", "archive_ratio")),
    patch_case(
        "zip-lying-sizes",
        ZIP,
        _lying_sizes,
        refused("archive_ratio", "archive_too_large", "file_unreadable"),
    ),
    patch_case(
        "zip-two-names",
        ZIP,
        _two_names,
        refused("file_unreadable", "archive_unsafe_name", NOTHING),
    ),
    patch_case("zip-many", ZIP, _many, refused("archive_too_many")),
    patch_case("zip-nested", ZIP, _nested, refused("archive_nested")),
    patch_case(
        "zip-nested-beside",
        ZIP,
        holding(lambda: delivery() | {"附件.zip": b"PK\x05\x06" + bytes(18)}),
        Expect(any_of("imported", "refused_file"), error="archive_nested"),
    ),
    patch_case("zip-locked", ZIP, _locked, refused("archive_locked")),
    patch_case("zip-cut-off", ZIP, _cut_off, refused("file_unreadable")),
    patch_case("zip-cut-off-early", ZIP, _cut_off_early, refused("file_unreadable")),
    patch_case("zip-wrong-bytes", ZIP, _wrong_bytes, refused("file_unreadable")),
    patch_case("zip-nothing", ZIP, holding(dict), refused(NOTHING)),
    patch_case(
        "zip-a-letter",
        ZIP,
        holding(lambda: {"来函.docx": b"PK"}),
        refused(NOTHING, "archive_nested"),
    ),
    patch_case("zip-folder-called-shp", ZIP, _folder_called_shp, taken(first_code=FIRST)),
    patch_case(
        "zip-after-a-picture",
        ZIP,
        _after_something_else,
        Expect(any_of("imported", "refused_file"), error=MISMATCH),
    ),
    patch_case("zip-is-rar", ZIP, holds_bytes(RAR), refused(MISMATCH)),
    patch_case("zip-is-7z", ZIP, holds_bytes(SEVEN_ZIP), refused(MISMATCH)),
    patch_case("zip-is-text", ZIP, holds_bytes("请查收附件".encode()), refused(MISMATCH)),
    patch_case("rar", "图斑.rar", holds_bytes(RAR), refused("archive_kind")),
)
