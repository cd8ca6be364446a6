"""Copies of a workspace: made while it is in use, checked, and named only when they are whole.

A copy is a database file, a manifest beside it that says what has to be in it, and an archive with
the workspace's other files where it has any. The manifest comes last: without it nothing is a copy.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import exc

from geo import __version__
from geo.errors import FileRefused, WorkspaceError
from geo.settings import STORE_FILE, TILES_FOLDER
from geo.store import history, schema
from geo.store.copy import copy_store
from geo.store.disk import check_space, disk_told
from geo.store.door import Store
from geo.store.people import PROGRAM

KIND = "skyground-backup"
_LOCK = ".backup.lock"
_PART = ".part"
_BLOCK = 1 << 20
# How a copy of a database says that it is not what it should be.
_UNSOUND = frozenset({"move_source_broken", "move_differs"})
_OWN_FILES = (STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds.

    Attributes
    ----------
    made_at
        ISO 8601, UTC.
    digest, patches, events
        Of the history, as `geo.store.history.verify` says it.
    sha256, files_sha256
        Of the database file and of the archive with the other files; empty: there is none.
    files
        How many other files there are.
    schema_version, program
        Which version of the tables it has, and which program made it.
    """

    made_at: str
    digest: str
    patches: int
    events: int
    sha256: str
    files: int
    files_sha256: str
    schema_version: int
    program: str
    kind: str = KIND


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was made, and the older ones that were removed after it."""

    path: Path
    manifest: Manifest
    removed: tuple[Path, ...]


def back_up(
    store: Store, folder: Path, *, at: datetime, keep: int | None, with_keys: bool
) -> Backup:
    """Copy a workspace into a folder, see `geo.workflow.backup.back_up`."""
    with disk_told(folder), _alone_in(folder):
        if isinstance(store.place, Path):
            check_space(folder, needed=_size_of(store.path))
        path = _free_name(folder, at)
        draft = _draft(path)
        try:
            draft.mkdir()
            _snapshot(store, draft)
            patches, events, digest = _checked(draft)
            _sync(draft / STORE_FILE)
            files = _pack(store.folder, folder, _draft(_files_of(path)), with_keys=with_keys)
            manifest = Manifest(
                made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
                digest=digest,
                patches=patches,
                events=events,
                sha256=_sha256(draft / STORE_FILE),
                files=files,
                files_sha256=_sha256(_draft(_files_of(path))) if files else "",
                schema_version=schema.HEAD,
                program=__version__,
            )
            _write_manifest(_draft(_manifest_of(path)), manifest)
            _name_all(path, has_files=files > 0)
        finally:
            _drop_drafts(folder)
        return Backup(path, manifest, _remove_older(folder, keep))


def restore(file: Path, workspace: Path) -> Manifest:
    """Make a workspace from a copy, see `geo.workflow.backup.restore`."""
    manifest = read_manifest(file)
    if workspace.exists() and (not workspace.is_dir() or any(workspace.iterdir())):
        raise WorkspaceError("place_not_empty", path=workspace)
    if manifest.schema_version > schema.HEAD:
        raise WorkspaceError("workspace_newer", path=file, version=manifest.schema_version)
    target = workspace.absolute()
    draft = target.with_name(f".{target.name}.{os.getpid()}{_PART}")
    with disk_told(target):
        try:
            draft.mkdir(parents=True)
            _copy(file, draft / STORE_FILE, manifest.sha256)
            if manifest.files:
                _unpack(_files_of(file), draft, manifest.files_sha256)
            _check_restored(draft, file, manifest)
            draft.rename(target)  # takes the place of an empty folder, and of nothing else
            _sync_folder(target.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """Read what a copy says of itself.

    Raises
    ------
    FileRefused
        ``file_missing``, ``no_backup``.
    """
    if not file.is_file():
        raise FileRefused("file_missing", path=file)
    try:
        said = json.loads(_manifest_of(file).read_text(encoding="utf-8"))
        manifest = Manifest(**said)
    except (OSError, ValueError, TypeError) as error:
        raise FileRefused("no_backup", path=file, manifest=_manifest_of(file).name) from error
    if manifest.kind != KIND:
        raise FileRefused("no_backup", path=file, manifest=_manifest_of(file).name)
    return manifest


def _snapshot(store: Store, target: Path) -> None:
    """Write the data of one moment to a workspace of one file; others go on writing meanwhile."""
    if isinstance(store.place, Path):
        store.snapshot(target / STORE_FILE)
        return
    with Store.create(target) as copy:
        try:
            copy_store(store, copy)
        except WorkspaceError as error:
            if error.code not in _UNSOUND:
                raise
            detail = error.values.get("patch") or error.values["table"]
            raise WorkspaceError("backup_unsound", path=target.parent, detail=detail) from error


def _size_of(path: Path) -> int:
    """Tell how large a copy may become: much may not have reached the file itself yet."""
    parts = (path, path.with_name(f"{path.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _checked(draft: Path) -> tuple[int, int, str]:
    """Check a copy as if it were opened; gives how many patches and events, and the digest."""
    try:
        with Store.open(draft) as copy:
            unsound = copy.check_integrity()
            with copy.reading(PROGRAM) as session:
                found = history.verify(session)
    except exc.DatabaseError as error:
        raise WorkspaceError("backup_unsound", path=draft.parent, detail=error.orig) from error
    except WorkspaceError as error:
        detail = error.values.get("detail", error.code)
        raise WorkspaceError("backup_unsound", path=draft.parent, detail=detail) from error
    finally:
        for name in _OWN_FILES[1:]:
            (draft / name).unlink(missing_ok=True)
    if unsound or found.broken:
        detail = unsound[0] if unsound else found.broken[0].patch_key
        raise WorkspaceError("backup_unsound", path=draft.parent, detail=detail)
    return found.patches, found.events, found.digest


def _check_restored(folder: Path, file: Path, manifest: Manifest) -> None:
    with Store.open(folder) as restored:  # a copy of an earlier version is brought to this one
        unsound = restored.check_integrity()
        with restored.reading(PROGRAM) as session:
            found = history.verify(session)
    if unsound or found.broken or found.digest != manifest.digest:
        raise FileRefused("backup_altered", path=file)


def _pack(workspace: Path, folder: Path, archive: Path, *, with_keys: bool) -> int:
    """Pack the workspace's other files: packages, photos, images; keys only if they are wanted."""
    left_out = {folder.resolve()} | {(workspace / n).resolve() for n in ("backups", TILES_FOLDER)}
    if not with_keys:
        left_out.add((workspace / "keys").resolve())
    files = sorted(_other_files(workspace, left_out))
    if not files:
        return 0
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
        for file in files:
            packed.write(file, file.relative_to(workspace).as_posix())
    _sync(archive)
    return len(files)


def _other_files(folder: Path, left_out: set[Path]) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_symlink() or entry.name.endswith(_PART) or entry.resolve() in left_out:
            continue
        if entry.is_dir():
            yield from _other_files(entry, left_out)
        elif entry.is_file() and entry.name not in _OWN_FILES:
            yield entry


def _unpack(archive: Path, folder: Path, sha256: str) -> None:
    if not archive.is_file() or _sha256(archive) != sha256:
        raise FileRefused("backup_altered", path=archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)  # its digest stands in the manifest; names stay within the folder
    keys = folder / "keys"
    if keys.is_dir():
        keys.chmod(0o700)
        for key in keys.iterdir():
            key.chmod(0o600)


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy a file and make sure that what arrives is what the manifest says."""
    shutil.copyfile(source, target)
    _sync(target)
    if _sha256(target) != sha256:
        raise FileRefused("backup_altered", path=source)


def _write_manifest(path: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    _sync(path)


def _name_all(path: Path, *, has_files: bool) -> None:
    if has_files:
        _draft(_files_of(path)).rename(_files_of(path))
    (_draft(path) / STORE_FILE).rename(path)
    _sync_folder(path.parent)
    _draft(_manifest_of(path)).rename(_manifest_of(path))
    _sync_folder(path.parent)


def _remove_older(folder: Path, keep: int | None) -> tuple[Path, ...]:
    if keep is None:
        return ()
    known: list[tuple[str, Path]] = []
    for path in folder.glob("skyground-*.sqlite"):
        try:
            known.append((read_manifest(path).made_at, path))
        except FileRefused:
            continue  # no copy of ours, or not a whole one: not ours to remove
    removed = [path for _, path in sorted(known, reverse=True)[keep:]]
    for path in removed:
        for part in (_manifest_of(path), path, _files_of(path)):
            part.unlink(missing_ok=True)
    return tuple(removed)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one copy at a time be made in a folder; what a killed one has left is swept away."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
            raise WorkspaceError("backup_running", path=folder) from error
        _drop_drafts(folder)
        yield


def _drop_drafts(folder: Path) -> None:
    for left in folder.glob(f".skyground-*{_PART}*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)


def _free_name(folder: Path, at: datetime) -> Path:
    stem = f"skyground-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return next(p for n in names if not (p := folder / f"{n}.sqlite").exists())


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}{_PART}")


def _manifest_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _files_of(path: Path) -> Path:
    return path.with_suffix(".files.zip")


def _sha256(path: Path) -> str:
    digest: Any = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return str(digest.hexdigest())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
