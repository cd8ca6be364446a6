"""What a browser sent, as a file for the use cases: for a moment, in a folder of our own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from geo.errors import SkyGroundError

# A name of 255 bytes is what file systems take; the suffix and some room come off.
MAX_STEM_BYTES = 200
MAX_SUFFIX = 9


class Upload(Protocol):
    """What Streamlit's uploader gives."""

    name: str
    file_id: str

    def getbuffer(self) -> memoryview:
        """Give the bytes without copying them."""


@contextmanager
def as_file(upload: Upload) -> Iterator[Path]:
    """Write an upload into a folder that is gone afterwards.

    The file keeps the name its sender knows, as far as a name can be trusted; errors that name it
    name only that, and not where it lay.

    Yields
    ------
    Path
        The file.
    """
    with tempfile.TemporaryDirectory(prefix="skyground-upload-") as folder:
        path = Path(folder) / trusted_name(upload.name)
        path.write_bytes(upload.getbuffer())
        try:
            yield path
        except SkyGroundError as error:
            error.values = {k: _without(v, folder) for k, v in error.values.items()}
            raise


def trusted_name(name: str) -> str:
    """Make a name that is one file in one folder on every system, and still looks the same.

    Folders, control characters and leading dots go; a stem that is too long is cut; the suffix
    stays.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    path = Path(shown)
    suffix = path.suffix if len(path.suffix) <= MAX_SUFFIX else ""
    stem = shown.removesuffix(suffix).encode()[:MAX_STEM_BYTES].decode(errors="ignore")
    return f"{stem or 'upload'}{suffix}"


def _without(value: object, folder: str) -> object:
    if isinstance(value, Path | str | Exception):
        return str(value).replace(f"{folder}/", "").replace(folder, "")
    return value
