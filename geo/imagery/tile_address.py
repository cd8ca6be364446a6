"""Addresses of map services: checked when they are registered, filled in for each tile."""

import re
from urllib.parse import parse_qsl, quote, urlsplit

from geo.errors import FileRefused
from geo.model.imagery import ImageKind
from geo.settings import KEY_PREFIX

TIANDITU = (
    "https://t0.tianditu.gov.cn/img_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=img"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
)
LONGEST = 1_000
# What services call the same things.
_OTHER_NAMES = {
    "{TileMatrix}": "{z}",
    "{TileRow}": "{y}",
    "{TileCol}": "{x}",
    "{tk}": "{key}",
}
_FIELDS = re.compile(r"\{([^{}]*)\}")
_KNOWN_FIELDS = frozenset({"z", "x", "y", "-y", "key"})
_NEEDED = ({"z", "x", "y"}, {"z", "x", "-y"})
_KEY_NAMES = frozenset({"tk", "key", "ak", "token", "apikey", "api_key", "access_token"})
_VARIABLE = re.compile(rf"{KEY_PREFIX}[A-Z0-9_]+")


def checked_address(address: str | None, kind: ImageKind, key_variable: str | None) -> str:
    """Check the template of an address and give it as it is kept.

    Parameters
    ----------
    address
        Holds ``{z}``, ``{x}``, ``{y}`` (``{-y}``: rows from the south) or what WMTS calls them, and
        ``{key}`` where a key is asked for. None: Tianditu's own.
    key_variable
        Name of the environment variable with the key.

    Raises
    ------
    FileRefused
        ``image_address_bad``, ``image_key_in_address``, ``image_key_variable_bad``.
    """
    if address is None and kind is ImageKind.TIANDITU:
        address = TIANDITU
    kept = (address or "").strip()
    for other, ours in _OTHER_NAMES.items():
        kept = re.sub(re.escape(other), ours, kept, flags=re.IGNORECASE)
    _check_address(kept)
    given = key_variable or ""
    needs_key = "{key}" in kept
    if needs_key != bool(given) or (given and not _VARIABLE.fullmatch(given)):
        raise FileRefused("image_key_variable_bad", name=given or "-", prefix=KEY_PREFIX)
    return kept


def _check_address(address: str) -> None:
    shown = address[:200]
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        named = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError as error:
        raise FileRefused("image_address_bad", address=shown) from error
    del port  # one that is no number is refused by asking for it
    fields = set(_FIELDS.findall(address))
    is_plain = address.isprintable() and not re.search(r"[\s\\]", address)
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or "{" in parts.netloc
        or "@" in parts.netloc
        or not is_plain
        or len(address) > LONGEST
        or fields - _KNOWN_FIELDS
        or fields - {"key"} not in _NEEDED
    ):
        raise FileRefused("image_address_bad", address=shown)
    for name, value in named:
        if name.lower() in _KEY_NAMES and value != "{key}":
            raise FileRefused("image_key_in_address", name=name, prefix=KEY_PREFIX)


def host_of(address: str) -> str:
    """Tell which host an address asks, for people."""
    return urlsplit(address).netloc


def filled_address(template: str, z: int, x: int, y: int, *, key: str = "") -> str:
    """Fill a checked template in for one tile."""
    values = {
        "z": str(z),
        "x": str(x),
        "y": str(y),
        "-y": str(2**z - 1 - y),
        "key": quote(key, safe=""),
    }
    return _FIELDS.sub(lambda field: values[field.group(1)], template)
