"""Chinese texts stay readable: what the .cpg says, unless the bytes say otherwise."""

import shutil
from contextlib import suppress
from encodings.aliases import aliases
from functools import partial
from pathlib import Path

import geopandas as gpd
import pytest

from geo.errors import FileRefused
from geo.files import encoding as encodings
from geo.files.encoding import EncodingGuess, dbf_encoding
from geo.files.operations import read_layer
from geo.files.read import read_delivery
from geo.settings import ReadingLimits
from tests.deliveries import patches_frame, write_file, zip_members
from tests.refusals import refused_as

WORDS = ["乔木林地", "占用林地建设", "囗"]


def delivered(
    folder: Path, encoding: str, *, cpg: str | None = None, texts: list[str] | None = None
) -> Path:
    """A shapefile in an encoding, whose .cpg says something else; without one if None."""
    frame = patches_frame(BEIZHU=texts or WORDS)
    path = write_file(frame, folder / "图斑.shp", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


def remarks(path: Path, **options: str) -> list[str]:
    return read_delivery(path, **options).attributes["BEIZHU"].tolist()


@pytest.mark.parametrize(
    ("written_in", "cpg", "found"),
    [
        ("UTF-8", "UTF-8", EncodingGuess("UTF-8", is_guessed=False)),
        ("GBK", "GBK", EncodingGuess("GBK", is_guessed=False)),
        ("GBK", "936", EncodingGuess("GBK", is_guessed=False)),
        ("GBK", "ANSI 936\r\n", EncodingGuess("GBK", is_guessed=False)),
        ("GB18030", "54936", EncodingGuess("GB18030", is_guessed=False)),
        ("UTF-8", None, EncodingGuess("UTF-8", is_guessed=True)),
        ("GBK", None, EncodingGuess("GB18030", is_guessed=True)),
        # A .cpg that lies.
        ("GBK", "UTF-8", EncodingGuess("GB18030", is_guessed=True, claimed="UTF-8")),
        ("UTF-8", "ASCII", EncodingGuess("UTF-8", is_guessed=True, claimed="ASCII")),
        # A .cpg that a program wrote because nobody chose: any bytes can be read in these.
        ("GBK", "ISO-8859-1", EncodingGuess("GB18030", is_guessed=True)),
        ("UTF-8", "windows-1252", EncodingGuess("UTF-8", is_guessed=True)),
        # A .cpg that names nothing Python knows.
        ("GBK", "chinesisch", EncodingGuess("GB18030", is_guessed=True)),
        ("GBK", "", EncodingGuess("GB18030", is_guessed=True)),
    ],
)
def test_texts_are_read_as_they_were_written(
    tmp_path: Path, written_in: str, cpg: str | None, found: EncodingGuess
) -> None:
    path = delivered(tmp_path, written_in, cpg=cpg)
    assert dbf_encoding(path) == found
    assert remarks(path) == WORDS


def test_plain_ascii_needs_no_confirmation(tmp_path: Path) -> None:
    frame = patches_frame(BEIZHU=["a", "b", "c"], PAN_DILEI=["0110"] * 3)
    path = write_file(frame, tmp_path / "x.shp")
    path.with_suffix(".cpg").unlink()
    assert dbf_encoding(path) == EncodingGuess("UTF-8", is_guessed=False)
    path.with_suffix(".cpg").write_text("ISO-8859-1", encoding="ascii")
    assert dbf_encoding(path) == EncodingGuess("ISO-8859-1", is_guessed=False)


def test_chinese_field_names_are_judged_even_where_no_value_is_chinese(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"图斑编号": ["1", "2", "3"]}, geometry=patches_frame().geometry, crs="EPSG:4528"
    )
    path = write_file(frame, tmp_path / "x.shp")
    path.with_suffix(".cpg").unlink()
    delivery = read_delivery(path)
    assert delivery.facts.fields == ("图斑编号",)
    assert delivery.facts.is_encoding_guessed
    assert delivery.attributes["图斑编号"].tolist() == ["1", "2", "3"]


def test_what_a_person_says_goes_before_everything(tmp_path: Path) -> None:
    path = delivered(tmp_path, "GBK", cpg="UTF-8")
    delivery = read_delivery(path, encoding="GBK")
    assert delivery.facts.encoding == "GBK"
    assert delivery.attributes["BEIZHU"].tolist() == WORDS


def test_the_field_names_follow_what_a_person_says_too(tmp_path: Path) -> None:
    frame = patches_frame().rename(columns={"BEIZHU": "备注"})
    path = write_file(frame, tmp_path / "x.shp")
    path.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    delivery = read_delivery(path, encoding="GBK")
    assert "备注" in delivery.facts.fields
    assert list(delivery.attributes.columns) == list(delivery.facts.fields)


@pytest.mark.parametrize("wrong", ["UTF-8", "ascii", "no-such-encoding", "hex"])
def test_an_encoding_that_does_not_fit_is_refused_by_its_name(tmp_path: Path, wrong: str) -> None:
    path = delivered(tmp_path, "GBK", cpg="GBK")
    with refused_as("encoding_wrong", path=path, encoding=wrong):
        read_delivery(path, encoding=wrong)


@pytest.mark.parametrize(("encoding", "width"), [("GBK", 7), ("UTF-8", 10)])
def test_a_text_that_the_width_of_its_field_cut_within_a_character_is_read_up_to_there(
    tmp_path: Path, encoding: str, width: int
) -> None:
    texts = ["建设用地", "乔木林地", "其他草地"]  # three whole characters and a part of the last
    path = delivered(tmp_path, encoding, texts=texts)
    table = path.with_suffix(".dbf")
    table.write_bytes(cut_field(table.read_bytes(), "BEIZHU", width))
    assert remarks(path) == ["建设用", "乔木林", "其他草"]
    assert remarks(path, encoding=encoding) == ["建设用", "乔木林", "其他草"]


def cut_field(table: bytes, name: str, width: int) -> bytes:
    """Blank a field's values from a width on, as a program that counts bytes would."""
    head, record = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    start, cut = 1, bytearray(table)
    for at in range(32, head - 1, 32):
        length = table[at + 16]
        if table[at : at + 11].rstrip(b"\0").decode() == name:
            break
        start += length
    for row in range(int.from_bytes(table[4:8], "little")):
        value = head + row * record + start
        cut[value + width : value + length] = b" " * (length - width)
    return bytes(cut)


def test_a_bare_shapefile_in_capital_letters_has_its_table_and_its_encoding(
    tmp_path: Path,
) -> None:
    delivered(tmp_path, "GBK", cpg="936")
    for part in list(tmp_path.glob("图斑.*")):
        part.rename(tmp_path / f"TB{part.suffix.upper()}")
    assert dbf_encoding(tmp_path / "TB.SHP") == EncodingGuess("GBK", is_guessed=False)
    assert remarks(tmp_path / "TB.SHP") == WORDS


def test_a_shapefile_without_a_table_has_shapes_and_no_fields(tmp_path: Path) -> None:
    path = delivered(tmp_path, "GBK")
    path.with_suffix(".dbf").unlink()
    delivery = read_delivery(path)
    assert (delivery.facts.fields, len(delivery.geometries)) == ((), 3)


@pytest.mark.parametrize(("chinese", "is_told"), [(1, True), (30, False)])
def test_only_the_beginning_of_a_large_table_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chinese: int, is_told: bool
) -> None:
    words = ["建设用地", "乔木林地", "其他草地"]
    texts = ["a", "b", *(f"{words[n % 3]}{n}" for n in range(chinese))]
    codes = [str(n) for n in range(len(texts))]
    frame = patches_frame(codes, BEIZHU=texts, PAN_DILEI=["x"] * len(texts))
    path = write_file(frame, tmp_path / "y.shp")
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf").read_bytes()
    monkeypatch.setattr(encodings, "SAMPLE_BYTES", int.from_bytes(table[10:12], "little") * 2)
    assert dbf_encoding(path) == EncodingGuess("UTF-8", is_guessed=False)
    folder = tmp_path / "ours"
    folder.mkdir()
    read = partial(read_layer, path, folder, limits=ReadingLimits(), name=path.name)
    if is_told:  # a single text is marked, and its row named
        assert [t["code"] for t in read()["troubles"]] == ["text_unreadable"]
    else:  # so many are another encoding: it is said, never garbled
        with refused_as("encoding_wrong", path=path.name):
            read()


@pytest.mark.parametrize("size", [0, 10, 32, 64, 300])
def test_a_table_that_was_cut_off_is_not_judged_but_refused_by_the_reader(
    tmp_path: Path, size: int
) -> None:
    path = delivered(tmp_path, "GBK")
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[:size])
    assert dbf_encoding(path).encoding in {"UTF-8", "GB18030"}


def test_a_cpg_within_an_archive_counts(tmp_path: Path) -> None:
    path = delivered(tmp_path / "parts", "GBK", cpg="GBK")
    members = {f"图斑{p.suffix}": p.read_bytes() for p in path.parent.glob("图斑.*")}
    archive = zip_members(tmp_path / "d.zip", members, names_in="gbk")
    facts = read_delivery(archive).facts
    assert (facts.encoding, facts.is_encoding_guessed) == ("GBK", False)
    shutil.rmtree(path.parent)


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "rot13", "zlib", "hex", "unicode_escape", "undefined", "utf-7"]
)
def test_a_codec_that_is_no_encoding_is_refused_and_not_tried(tmp_path: Path, name: str) -> None:
    path = delivered(tmp_path, "GBK", cpg=name)
    assert remarks(path) == WORDS
    with refused_as("encoding_wrong", path=path, encoding=name):
        read_delivery(path, encoding=name)


def test_every_codec_that_is_not_refused_reads_any_bytes_or_says_that_it_cannot() -> None:
    any_bytes = [bytes([one, other]) for one in range(0, 256, 5) for other in range(256)]
    for name in sorted(set(aliases.values())):
        try:
            encodings.check_encoding(name, source=Path("x.shp"))
        except FileRefused:
            continue
        for raw in any_bytes:
            with suppress(UnicodeDecodeError):
                encodings.decode_cut(raw, name)
            raw.decode(name, errors="replace")
