"""Import imagery: a file becomes one of the workspace's own; a map service is written down."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from geo.errors import FileRefused
from geo.files.read import file_digest
from geo.imagery.facts import ImageFacts
from geo.imagery.open_images import OPEN_IMAGES
from geo.imagery.tile_address import checked_address
from geo.model.imagery import WHOLE_EARTH, Bounds, Image, ImageKind, Shift
from geo.model.stages import ADMINISTRATION, OFFICE, Chore, require_role
from geo.model.things import Actor
from geo.settings import ImageryLimits, imagery_variable, min_free_mb
from geo.store import imagery
from geo.store.disk import check_space, disk_told, free_bytes
from geo.store.door import Store
from geo.workflow.clock import local_day
from geo.workflow.importing import Outcome
from geo.workflow.sealed_imagery import bring

FOLDER = "imagery"
MAX_TITLE = 80
MB = 1_000_000
# What a map service usually has.
DEEPEST_ZOOM = 18
_ENDINGS = {ImageKind.GEOTIFF: ".tif", ImageKind.MBTILES: ".mbtiles"}
_PART = ".part"
ABANDONED_SECONDS = 24 * 3_600


@dataclass(frozen=True, slots=True)
class ImageImported:
    """What an import did.

    Attributes
    ----------
    outcome
        ``imported``, or ``unchanged`` if this very file was imported before.
    image
        What is registered.
    crs
        The system of the file's coordinates; empty if it was not looked at.
    """

    outcome: Outcome
    image: Image
    crs: str = ""


def import_image(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    taken_on: date | None,
    at: datetime,
    title: str | None = None,
    bands: Sequence[int] = (),
) -> ImageImported:
    """Import a GeoTIFF or an MBTiles file: all of it, or nothing.

    It is written anew into the workspace's folder for imagery, with overviews; the file itself is
    not needed any more. The same file twice changes nothing.

    Parameters
    ----------
    taken_on
        The day on which it was taken.
    title
        Without one, the name of the file.
    bands
        Which bands are shown as red, green and blue, or one in grey; empty: as the file says.

    Raises
    ------
    FileRefused
        ``file_missing``, ``image_no_date``, ``image_date_future``, ``image_title_bad``,
        ``image_too_large``, and what `geo.workflow.sealed_imagery.bring` refuses.
    WorkspaceError
        ``disk_nearly_full``, ``disk_full``, ``cannot_write``.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Chore.IMAGERY)
    day = _checked_day(store, path.name, taken_on, at)
    name = image_title(path.stem if title is None else title)
    limits = ImageryLimits.from_environment()
    digest = _digest(path, limits)
    with store.reading(actor) as session:
        before = imagery.find_image_by_digest(session, digest)
    if before is not None:
        return ImageImported(Outcome.UNCHANGED, before)
    folder = store.folder / FOLDER
    with disk_told(folder), _draft_in(folder, at) as draft:
        check_space(folder, needed=path.stat().st_size)
        room = free_bytes(folder) // MB - min_free_mb()
        facts, made = bring(path, draft, bands=bands, room_mb=room, limits=limits)
        _sync(made)
        target = folder / f"{secrets.token_hex(16)}{_ENDINGS[facts.kind]}"
        try:
            return _register(
                store,
                actor,
                facts,
                made=made,
                target=target,
                taken_on=day,
                title=name,
                digest=digest,
                source_name=path.name,
                at=at,
            )
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _register(
    store: Store,
    actor: Actor,
    facts: ImageFacts,
    *,
    made: Path,
    target: Path,
    taken_on: date,
    title: str,
    digest: str,
    source_name: str,
    at: datetime,
) -> ImageImported:
    with store.writing(actor) as session:
        # Somebody may have brought the same file meanwhile.
        if (before := imagery.find_image_by_digest(session, digest)) is not None:
            return ImageImported(Outcome.UNCHANGED, before)
        image = imagery.insert_image(
            session,
            kind=facts.kind,
            title=title,
            taken_on=taken_on,
            place=target.name,
            bounds=facts.bounds,
            min_zoom=facts.min_zoom,
            max_zoom=facts.max_zoom,
            resolution_m=facts.resolution_m,
            clear_share=facts.clear_share,
            digest=digest,
            source_name=source_name,
            facts=facts.for_tiles,
            at=at,
        )
        made.replace(target)
    return ImageImported(Outcome.IMPORTED, image, facts.crs)


def register_service(
    store: Store,
    actor: Actor,
    address: str | None,
    kind: ImageKind,
    *,
    at: datetime,
    taken_on: date | None = None,
    title: str | None = None,
    key_variable: str | None = None,
    shift: Shift = Shift.NONE,
    bounds: Bounds = WHOLE_EARTH,
    max_zoom: int = DEEPEST_ZOOM,
) -> ImageImported:
    """Write down a map service that this server may ask for tiles from now on.

    No browser asks it, and its key is read from the environment at each request.

    Parameters
    ----------
    address
        A template, see `geo.imagery.tile_address.checked_address`; None: Tianditu's own.
    taken_on
        The day of its images; None: a basemap of many days, which is no before and no after.
    key_variable
        Name of the environment variable with the key.

    Raises
    ------
    FileRefused
        ``image_address_bad``, ``image_key_in_address``, ``image_key_variable_bad``,
        ``image_title_bad``, ``image_date_future``.
    NotAllowed
        If the actor is no administrator.
    """
    require_role(actor.role, ADMINISTRATION, Chore.IMAGERY)
    kept = checked_address(address, kind, key_variable)
    if taken_on is not None:
        _checked_day(store, kept, taken_on, at)
    with store.writing(actor) as session:
        image = imagery.insert_image(
            session,
            kind=kind,
            title=image_title(title or str(kind)),
            taken_on=taken_on,
            place=kept,
            key_variable=key_variable,
            shift=shift,
            bounds=bounds,
            min_zoom=1,
            max_zoom=max_zoom,
            at=at,
        )
    return ImageImported(Outcome.IMPORTED, image)


def remove_image(store: Store, actor: Actor, number: int, *, at: datetime) -> Image:
    """Take an image out: its file goes, its entry stays and tells when and by whom.

    Raises
    ------
    NotFound
        ``image_unknown``.
    NotAllowed
        If the actor is no administrator; ``image_beyond_territory``.
    """
    with store.writing(actor) as session:
        image = imagery.remove_image(session, number, at=at)
    if (path := image_path(store, image)) is not None:
        OPEN_IMAGES.close(path)
        path.unlink(missing_ok=True)
    return image


def image_path(store: Store, image: Image) -> Path | None:
    """Find the file of an image; None if a server is asked for it."""
    return store.folder / FOLDER / image.place if image.kind.is_file else None


def image_title(given: str) -> str:
    """Check the title of an image.

    Raises
    ------
    FileRefused
        ``image_title_bad``.
    """
    title = given.strip()
    if not 0 < len(title) <= MAX_TITLE or not title.isprintable():
        raise FileRefused("image_title_bad", most=MAX_TITLE)
    return title


def _checked_day(store: Store, name: str, day: date | None, at: datetime) -> date:
    if day is None:
        raise FileRefused("image_no_date", path=name)
    if day > local_day(store, at):
        raise FileRefused("image_date_future", day=day)
    return day


def _digest(path: Path, limits: ImageryLimits) -> str:
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    if (size := path.stat().st_size) > limits.file_mb * MB:
        limit, setting = f"{limits.file_mb:,} MB", imagery_variable("file_mb")
        shown = f"{size // MB:,} MB"
        raise FileRefused(
            "image_too_large", path=path.name, size=shown, limit=limit, setting=setting
        )
    return file_digest(path)


@contextmanager
def _draft_in(folder: Path, at: datetime) -> Iterator[Path]:
    """Give an empty folder on the same disk, which is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f".*{_PART}"):  # of an import that was killed
        if left.stat().st_mtime < at.timestamp() - ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=".", suffix=_PART, dir=folder))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())
