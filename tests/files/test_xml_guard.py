"""XML from strangers is looked through before anything is built of it."""

import time
from pathlib import Path

import pytest

from geo.files.kml import read_kml
from geo.files.xml_guard import MAX_MARK_BYTES, refuse_hostile_xml, xml_events
from tests.refusals import refused_as

SOURCE = "巡护.kml"
SECONDS_OF_A_LINEAR_READER = 10.0


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "x.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def texts_of(path: Path, encoding: str) -> list[str]:
    return [e.text or "" for _, e in xml_events(path, SOURCE, encoding, ("end",))]


def billion_laughs() -> str:
    levels = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<!DOCTYPE k [<!ENTITY a0 "ha">{"".join(levels)}]><k>&a9;</k>'


@pytest.mark.parametrize(
    "content",
    [
        billion_laughs(),
        '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/hostname">]><k>&x;</k>',
        '<!DOCTYPE k [<!ENTITY % x SYSTEM "http://example.invalid/x.dtd"> %x;]><k/>',
        '<!DOCTYPE k SYSTEM "http://example.invalid/x.dtd"><k/>',
        "<!DOCTYPE k><k/>",
    ],
    ids=["growing", "local-file", "parameter", "fetched-type", "bare-type"],
)
def test_document_types_and_entities_are_refused(tmp_path: Path, content: str) -> None:
    with refused_as("xml_entities", path=SOURCE):
        refuse_hostile_xml(written(tmp_path, content), SOURCE)


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_entities_are_seen_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    content = f"<?xml version='1.0' encoding='{encoding}'?>{billion_laughs()}".encode(encoding)
    with refused_as("xml_entities"):
        refuse_hostile_xml(written(tmp_path, content), SOURCE)


def test_a_document_type_is_seen_even_where_nobody_looked_before(tmp_path: Path) -> None:
    path = written(tmp_path, "<!DOCTYPE k><k/>")
    with refused_as("xml_entities"):
        list(xml_events(path, SOURCE, "UTF-8", ("end",)))


def test_an_entity_that_nobody_defined_is_no_text(tmp_path: Path) -> None:
    with refused_as("file_unreadable", path=SOURCE):
        refuse_hostile_xml(written(tmp_path, "<k>&who;</k>"), SOURCE)


def test_nesting_has_an_end(tmp_path: Path) -> None:
    refuse_hostile_xml(written(tmp_path, "<k>" * 200 + "</k>" * 200), SOURCE)
    with refused_as("xml_too_deep", limit=200):
        refuse_hostile_xml(written(tmp_path, "<k>" * 201 + "</k>" * 201), SOURCE)


def test_elements_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, f"<k>{'<a/>' * 9}</k>")
    refuse_hostile_xml(path, SOURCE, max_elements=10)
    with refused_as("xml_too_many", limit=9):
        refuse_hostile_xml(path, SOURCE, max_elements=9)


@pytest.mark.parametrize(("before", "after"), [("<k a='", "'/>"), ("<k><!--", "--></k>")])
def test_an_endless_tag_is_refused_before_it_costs_time(
    tmp_path: Path, before: str, after: str
) -> None:
    path = written(tmp_path, before + "x" * 30 * MAX_MARK_BYTES + after)
    started = time.monotonic()
    with refused_as("xml_mark_too_long", limit=1):
        refuse_hostile_xml(path, SOURCE)
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER


def test_a_long_text_is_no_tag(tmp_path: Path) -> None:
    refuse_hostile_xml(written(tmp_path, f"<k>{'1,2 ' * MAX_MARK_BYTES}</k>"), SOURCE)


@pytest.mark.parametrize("content", ["", "<k>", "<k/><k/>", "图斑", "<k a=1/>"])
def test_broken_xml_is_refused(tmp_path: Path, content: str) -> None:
    with refused_as("file_unreadable", path=SOURCE):
        refuse_hostile_xml(written(tmp_path, content), SOURCE)


@pytest.mark.parametrize(
    ("declared", "written_in", "found", "is_guessed"),
    [
        ("UTF-8", "utf-8", "UTF-8", False),
        ("UTF-8", "utf-8-sig", "UTF-8", False),
        ("UTF-16", "utf-16", "UTF-16", False),
        ("UTF-16", "utf-16-le", "UTF-16-LE", True),
        ("UTF-16", "utf-8", "UTF-8", False),
        ("GBK", "gbk", "GBK", False),
        ("gb2312", "gb18030", "gb2312", False),
        ("GB18030", "gb18030", "GB18030", False),
        ("big5", "big5", "big5", False),
        ("UTF-8", "gbk", "GB18030", True),
        ("no-such-thing", "utf-8", "UTF-8", True),
        # These take long over hostile bytes, or are no encodings of text at all.
        ("punycode", "utf-8", "UTF-8", True),
        ("unicode_escape", "utf-8", "UTF-8", True),
    ],
)
def test_texts_are_read_in_the_encoding_they_are_written_in(
    tmp_path: Path, declared: str, written_in: str, found: str, is_guessed: bool
) -> None:
    text = "地方林" * 9
    content = f"<?xml version='1.0' encoding='{declared}'?><k>{text}</k>".encode(written_in)
    path = written(tmp_path, content)
    guess = refuse_hostile_xml(path, SOURCE)
    assert (guess.encoding, guess.is_guessed) == (found, is_guessed)
    assert texts_of(path, guess.encoding) == [text]


def test_a_person_can_choose_the_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, "<k>嘎查</k>".encode("gbk"))
    guess = refuse_hostile_xml(path, SOURCE, encoding="GBK")
    assert texts_of(path, guess.encoding) == ["嘎查"]
    assert not guess.is_guessed
    for wrong in ("UTF-8", "punycode", "no-such-thing", "../x"):
        with refused_as("encoding_wrong", encoding=wrong):
            refuse_hostile_xml(path, SOURCE, encoding=wrong)


def test_bytes_that_fit_no_encoding_are_refused(tmp_path: Path) -> None:
    with refused_as("text_unreadable", path=SOURCE):
        refuse_hostile_xml(written(tmp_path, b"<k>\xff\xff\xff</k>"), SOURCE)


def test_a_reader_is_guarded(tmp_path: Path) -> None:
    with refused_as("xml_entities", path=SOURCE):
        read_kml(written(tmp_path, billion_laughs()), source=SOURCE)
