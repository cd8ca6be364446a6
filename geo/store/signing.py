"""The key with which days are sealed: Ed25519, one file that nobody else may read."""

import os
import re
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from geo.errors import WorkspaceError

_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class SealKey:
    """A private key; its public half is 64 hexadecimal digits, short enough for paper."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def public(self) -> str:
        """The public key."""
        raw = self._private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return raw.hex()

    def sign(self, text: str) -> str:
        """Sign a text."""
        return self._private.sign(text.encode()).hex()


def open_key(path: Path) -> SealKey:
    """Read the key, or make one where there is none yet.

    Raises
    ------
    WorkspaceError
        ``seal_key_bad`` if the file holds no such key, ``cannot_write``, ``cannot_access``.
    """
    try:
        if not path.exists():
            _make_key(path)
        data = path.read_bytes()
    except OSError as error:
        detail = error.strerror or error
        raise WorkspaceError("cannot_access", path=path, detail=detail) from error
    try:
        private = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise WorkspaceError("seal_key_bad", path=path) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise WorkspaceError("seal_key_bad", path=path)
    return SealKey(private)


def _make_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # Nobody else may read it at any moment: not even before it has its name.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)  # of two processes that make one, the first one's is kept
    finally:
        draft.unlink(missing_ok=True)


def read_public_keys(path: Path) -> frozenset[str]:
    """Read public keys that were noted down elsewhere: one a line, remarks behind a ``#``.

    Raises
    ------
    WorkspaceError
        ``public_key_bad`` if a line is no key or there is none, ``cannot_access``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        detail = error.strerror or error
        raise WorkspaceError("cannot_access", path=path, detail=detail) from error
    except UnicodeDecodeError as error:
        raise WorkspaceError("public_key_bad", path=path) from error
    keys = {line.partition("#")[0].strip().lower() for line in lines} - {""}
    if not keys or not all(_HEX_KEY.fullmatch(key) for key in keys):
        raise WorkspaceError("public_key_bad", path=path)
    return frozenset(keys)


def is_signed(text: str, public_key: str, signature: str) -> bool:
    """Tell whether a signature over a text was made with the private half of a key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
