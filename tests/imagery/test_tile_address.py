"""An address reaches the host that was registered and tells no secret."""

import pytest

from geo.errors import FileRefused
from geo.imagery.tile_address import checked_address, filled_address, host_of
from geo.model.imagery import ImageKind
from geo.text import LANGS, say

KEYED = "https://tiles.example/{z}/{x}/{y}.png?tk={key}"


@pytest.mark.parametrize(
    ("address", "variable", "code"),
    [
        ("file:///etc/{z}/{x}/{y}", None, "image_address_bad"),
        ("https://tiles.example/1.png", None, "image_address_bad"),
        ("https://{key}.example/{z}/{x}/{y}", "SKYGROUND_KEY_A", "image_address_bad"),
        ("https://me:secret@tiles.example/{z}/{x}/{y}", None, "image_address_bad"),
        ("https://tiles.example/{z}/{x}/{y}/{__class__}", None, "image_address_bad"),
        ("https://tiles.example:x/{z}/{x}/{y}", None, "image_address_bad"),
        ("https://tiles.example/{z}/{x}/{y}?tk=0123", None, "image_key_in_address"),
        (KEYED, None, "image_key_variable_bad"),
        (KEYED, "SKYGROUND_OIDC_CLIENT_SECRET", "image_key_variable_bad"),
        ("https://tiles.example/{z}/{x}/{y}", "SKYGROUND_KEY_A", "image_key_variable_bad"),
        (None, None, "image_address_bad"),
    ],
)
def test_an_address_that_reaches_elsewhere_or_tells_a_secret_is_refused(
    address: str | None, variable: str | None, code: str
) -> None:
    with pytest.raises(FileRefused) as refusal:
        checked_address(address, ImageKind.XYZ, variable)
    assert refusal.value.code == code
    assert all(say(f"error.{code}", lang, **refusal.value.values) for lang in LANGS)
    assert "0123" not in str(refusal.value.values.values())


def test_an_address_is_filled_in_for_a_tile() -> None:
    kept = checked_address(KEYED, ImageKind.XYZ, "SKYGROUND_KEY_A")
    assert filled_address(kept, 3, 1, 2, key="a&b") == "https://tiles.example/3/1/2.png?tk=a%26b"
    assert filled_address("http://a/{z}/{x}/{-y}", 3, 1, 2) == "http://a/3/1/5"
    assert host_of(kept) == "tiles.example"
