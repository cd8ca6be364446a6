"""Where a browser finds the front-end files: local addresses only, never another host.

Two folders are served. `VENDOR` holds other people's released files, the version being part of the
path. `FRONT` holds the program's own files under a fingerprint of their content. Both may therefore
be kept by a browser for ever.
"""

import hashlib
from pathlib import Path

VENDOR = "/vendor"
FRONT = "/front"
TILES = "/tiles"


def fingerprint(folder: Path) -> str:
    """Tell in twelve characters what a folder of front-end files contains.

    Parameters
    ----------
    folder
        Its files are taken in the order of their names, hidden ones left out.

    Returns
    -------
    str
        Twelve hexadecimal digits; another content gives others.
    """
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def front_address(folder: Path) -> str:
    """Say under which address a folder of the program's own front-end files is served."""
    return f"{FRONT}/{fingerprint(folder)}"
