"""GeoJSON as text: what it is made of before a reader gets it, and what never gets there."""

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess
from geo.files.geojson_text import MAX_DEPTH, plain_geojson
from tests.refusals import refused_as

SECONDS = 10.0
FEATURE = {"type": "Feature", "properties": {"名": "乔木林地，采伐"}, "geometry": None}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE]}
TEXT = json.dumps(COLLECTION, ensure_ascii=False)


def plain(folder: Path, raw: bytes | str, **options: str) -> tuple[Path, EncodingGuess]:
    path = folder / "x.geojson"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return plain_geojson(path, folder, source="x.geojson", **options)


def test_a_collection_in_utf8_is_left_as_it_is(tmp_path: Path) -> None:
    path, guess = plain(tmp_path, TEXT)
    assert path == tmp_path / "x.geojson"
    assert guess == EncodingGuess("UTF-8", is_guessed=False)


@pytest.mark.parametrize(
    ("encoding", "shown", "is_guessed"),
    [
        ("gbk", "GB18030", True),
        ("utf-8-sig", "UTF-8", False),
        ("utf-16", "UTF-16", False),
    ],
)
def test_another_encoding_is_written_anew(
    tmp_path: Path, encoding: str, shown: str, is_guessed: bool
) -> None:
    path, guess = plain(tmp_path, TEXT.encode(encoding))
    assert path != tmp_path / "x.geojson"
    assert json.loads(path.read_bytes()) == COLLECTION
    assert (guess.encoding, guess.is_guessed) == (shown, is_guessed)


@pytest.mark.parametrize("between", ["\n", "\r\n", ",\n", "\n\n", "\n\x1e"])
def test_features_line_by_line_are_collected(tmp_path: Path, between: str) -> None:
    line = json.dumps(FEATURE, ensure_ascii=False)
    path, _ = plain(tmp_path, between.join([line] * 3))
    assert json.loads(path.read_bytes())["features"] == [FEATURE] * 3


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_signs_that_end_lines_elsewhere_stay_in_their_values(tmp_path: Path, sign: str) -> None:
    line = json.dumps(FEATURE, ensure_ascii=False).replace("，", sign)
    path, _ = plain(tmp_path, f"{line}\r\n{line}")
    texts = [f["properties"]["名"] for f in json.loads(path.read_bytes())["features"]]
    assert texts == [f"乔木林地{sign}采伐"] * 2


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"a": 15042110012026000123', '"a": "15042110012026000123"'),
        ('"a":-1504211001202600', '"a":"-1504211001202600"'),
        ('"id" : 1504211001202600', '"id" : "1504211001202600"'),
        ('"a": 150421100120260', None),
        ('"a": 1504211001202600.5', None),
        ('"a": 0.1504211001202600123', None),
        ('"a": 1504211001202600e3', None),
        ('"a": [1504211001202600]', None),
        ('"a": "b\\": 1504211001202600"', None),
        ('"a": "{", "id": 7', None),  # a field of its own, no number of the feature
        ('"a": {"id": 7}', None),
    ],
)
def test_whole_numbers_that_readers_round_become_texts(
    tmp_path: Path, written: str, read: str | None
) -> None:
    text = TEXT.replace('"名": "乔木林地，采伐"', written)
    path, _ = plain(tmp_path, text)
    assert path.read_text(encoding="utf-8") == text.replace(written, read or written)


@pytest.mark.parametrize("number", ["7", "-1", "1.5"])
def test_the_number_of_a_feature_becomes_a_text(tmp_path: Path, number: str) -> None:
    bare = json.dumps(FEATURE | {"properties": {"id": 5}, "id": "N"})
    for text in (bare, TEXT.replace(json.dumps(FEATURE, ensure_ascii=False), f"{bare}, {bare}")):
        path, _ = plain(tmp_path, text.replace('"N"', number))
        assert path.read_text(encoding="utf-8") == text.replace('"N"', f'"{number}"')


@pytest.mark.parametrize(
    "member",
    [
        '"crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/"}}',
        '"crs" : { "type" : "URL" , "properties":{}}',
        '"crs":{"properties":{},"type":"link"}'.replace("{},", '"x",'),
    ],
)
def test_a_system_that_is_an_address_is_refused(tmp_path: Path, member: str) -> None:
    with refused_as("crs_link", path="x.geojson"):
        plain(tmp_path, TEXT.replace('"features"', f'{member}, "features"'))


@pytest.mark.parametrize(
    "content",
    ['{"type":"Topology"}', "[1, 2]", '{"type":"gdal_streamed_alg"}', '{"a": 1}', "[]", "{}"],
)
def test_json_that_is_no_geojson_is_refused(tmp_path: Path, content: str) -> None:
    with refused_as("format_mismatch", path="x.geojson", suffix=".geojson"):
        plain(tmp_path, content)


def test_a_wrong_encoding_is_told_by_its_name(tmp_path: Path) -> None:
    with refused_as("encoding_wrong", path="x.geojson", encoding="ascii"):
        plain(tmp_path, TEXT, encoding="ascii")


def with_value(value: str) -> str:
    return TEXT.replace('"乔木林地，采伐"', value)


def test_brackets_are_counted_where_they_are_brackets(tmp_path: Path) -> None:
    inside = MAX_DEPTH - 4  # the collection, its features, a feature, its properties
    plain(tmp_path, with_value("[" * inside + "]" * inside))
    plain(tmp_path, with_value('"' + "[" * 10 * MAX_DEPTH + '"'))
    plain(tmp_path, with_value('"\\"' + "{" * 10 * MAX_DEPTH + '"'))
    with refused_as("too_deep", path="x.geojson", limit=MAX_DEPTH):
        plain(tmp_path, with_value("[" * (inside + 1) + "]" * (inside + 1)))


@pytest.mark.parametrize(
    "content",
    [
        "[" * 1_000_000,
        '{"a":' * 300_000,
        '"' + "\\" * 999_999,
        '{"type":"Feature","id":1,"a":"' + '\\"' * 500_000,
        "[" * 1_000 + '"' + '\\"' * 500_000,
        '{"type":"Topology","id":1,"a"' + " " * 999_999,
    ],
)
def test_what_never_ends_is_read_or_refused_in_time(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(content, encoding="utf-8")
    begun = time.process_time()
    with suppress(FileRefused):
        plain_geojson(path, tmp_path, source="x.geojson")
    assert time.process_time() - begun < SECONDS
