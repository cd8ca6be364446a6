"""The head of a dBASE table, however it lies about itself."""

import io
import random
from pathlib import Path

import pandas as pd
import pytest

from geo.files.dbf import (
    codes_as_written,
    count_deleted,
    count_records,
    has_doubled_names,
    language_byte,
    read_head,
    tell_fields_apart,
)
from tests.files.corpus_shp_bytes import dbf_bytes

ROWS = pd.DataFrame({"NAME": ["a", "b"], "NUMBER": [1, 2]})
WHOLE = dbf_bytes(ROWS, "GBK", language=0x4D)


def table(folder: Path, raw: bytes) -> Path:
    path = folder / "x.dbf"
    path.write_bytes(raw)
    return path


def test_a_head_tells_fields_and_sizes() -> None:
    head = read_head(io.BytesIO(WHOLE))
    assert [(f.name, f.kind, f.width) for f in head.fields] == [
        (b"NAME", b"C", 1),
        (b"NUMBER", b"N", 18),
    ]
    assert head.size == 32 + 2 * 32 + 1
    assert head.record_size == 1 + 1 + 18


def test_the_language_byte_is_read_and_a_cut_off_table_has_none(tmp_path: Path) -> None:
    assert language_byte(table(tmp_path, WHOLE)) == 0x4D
    assert language_byte(table(tmp_path, WHOLE[:20])) == 0


def test_deleted_rows_are_counted(tmp_path: Path) -> None:
    assert count_deleted(table(tmp_path, dbf_bytes(ROWS, "GBK", deleted={1}))) == 1


def test_numbers_too_wide_to_be_exact_are_read_as_they_stand(tmp_path: Path) -> None:
    raw = bytearray(WHOLE)
    raw[64 + 16] = 19  # the width of the second field
    raw[10] += 1
    at = 32 + 2 * 32 + 1
    record = b" a9223372036854775808"
    raw[at:] = record + b"*b" + b"1" * 19
    assert codes_as_written(table(tmp_path, bytes(raw))) == {1: ["9223372036854775808"]}


@pytest.mark.parametrize(
    ("cells", "is_code"),
    [
        (["000000150421", "150421"], True),
        (["0", "7"], False),
        (["0 ", " 10"], False),
        (["", "07"], True),
        (["-07", "0.5"], False),
    ],
)
def test_numbers_with_leading_zeros_are_codes(
    tmp_path: Path, cells: list[str], is_code: bool
) -> None:
    raw = bytearray(WHOLE)
    at = 32 + 2 * 32 + 1
    raw[at:] = b"".join(b" a" + cell.rjust(18).encode() for cell in cells)
    codes = {1: [cell.strip() for cell in cells]} if is_code else {}
    assert codes_as_written(table(tmp_path, bytes(raw))) == codes


def test_records_are_counted_that_are_named_and_there(tmp_path: Path) -> None:
    assert count_records(table(tmp_path, WHOLE)) == 2
    assert count_records(table(tmp_path, WHOLE[:-3])) == 1
    many = bytearray(WHOLE)
    many[4:8] = b"\xff" * 4
    assert count_records(table(tmp_path, bytes(many))) == 2


def test_doubled_names_are_told_apart(tmp_path: Path) -> None:
    path = table(tmp_path, WHOLE.replace(b"NUMBER", b"NAME\0\0"))
    assert has_doubled_names(path)
    tell_fields_apart(path)
    with path.open("rb") as stream:
        assert [f.name for f in read_head(stream).fields] == [b"NAME", b"NAME_2"]


def test_two_thousand_fields_of_one_name_are_told_apart(tmp_path: Path) -> None:
    entry = WHOLE[32:64]
    head = bytearray(WHOLE[:32])
    head[8:10] = (32 + 2_000 * 32 + 1).to_bytes(2, "little")
    path = table(tmp_path, bytes(head) + entry * 2_000 + b"\r")
    tell_fields_apart(path)
    with path.open("rb") as stream:
        names = [f.name for f in read_head(stream).fields]
    assert len(set(names)) == 2_000
    assert all(len(name) <= 10 for name in names)


@pytest.mark.parametrize("size", [*range(12), 31, 32, 33, 63, 64, 65, 96, 97, 98])
def test_a_table_that_was_cut_off_has_the_fields_that_are_left(tmp_path: Path, size: int) -> None:
    path = table(tmp_path, WHOLE[:size])
    with path.open("rb") as stream:
        head = read_head(stream)
    assert len(head.fields) == max(size - 32, 0) // 32 if size < 96 else 2
    assert head.record_size >= 1
    for read in (
        has_doubled_names,
        codes_as_written,
        count_deleted,
        count_records,
        tell_fields_apart,
    ):
        read(path)


def test_no_byte_of_the_head_breaks_anything(tmp_path: Path) -> None:
    lot = random.Random(3)
    for _ in range(300):
        raw = bytearray(WHOLE)
        for _ in range(lot.choice([1, 2, 5])):
            raw[lot.randrange(98)] = lot.choice([0, 1, 127, 128, 255, lot.randrange(256)])
        path = table(tmp_path, bytes(raw))
        for read in (
            has_doubled_names,
            codes_as_written,
            count_deleted,
            count_records,
            language_byte,
        ):
            read(path)
        tell_fields_apart(path)
