"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.errors import FileRefused


@contextmanager
def whole_file(path: Path, *, suffix: str | None = None) -> Iterator[Path]:
    """Write to a neighbour, and give it the wanted name when it is complete.

    Parameters
    ----------
    suffix
        Of the neighbour, where its writer insists on one; otherwise that of `path`.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    draft = path.with_name(f".{path.stem}.{os.getpid()}.part{suffix or path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as error:
        raise FileRefused("cannot_write", path=path, detail=error.strerror or error) from error
    finally:
        with suppress(OSError):  # where nothing could be written, nothing can be removed
            draft.unlink(missing_ok=True)
