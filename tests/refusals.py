"""What a refusal has to be: the right one, with its sentence whole in both languages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from geo.errors import SkyGroundError
from geo.text import LANGS, Lang, say


@contextmanager
def refused_as(code: str, **expected: object) -> Iterator[dict[Lang, str]]:
    """Expect an error with this code and at least these values; gives what it says afterwards."""
    texts: dict[Lang, str] = {}
    with pytest.raises(SkyGroundError) as caught:
        yield texts
    error = caught.value
    assert error.code == code
    assert {name: error.values.get(name) for name in expected} == expected
    texts |= {lang: say(f"error.{code}", lang, **error.values) for lang in LANGS}
    assert texts["zh"] != texts["en"]
    for text in texts.values():
        assert not any(mark in text for mark in "{}")
        # What a person looks for in the sentence: the file, the patch.
        for value in error.values.values():
            if isinstance(value, Path | int):
                assert str(value) in text
