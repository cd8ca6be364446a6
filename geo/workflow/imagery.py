"""Look at imagery: what somebody may see, one tile of it, and the two images of a patch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import shapely

from geo.errors import FileRefused, NotFound
from geo.imagery.over_patch import Seen, look_at
from geo.imagery.tiles import Tile, cut_tile
from geo.maps.images import ImageLayer, ImagePair, ImageRemark, ImageSide, image_layer
from geo.model.imagery import (
    CLEAR_ENOUGH,
    COVERED_ENOUGH,
    Image,
    ImageNote,
    Shift,
    image_day,
)
from geo.model.things import Actor, Patch
from geo.store import imagery, patches
from geo.store.door import Store
from geo.store.people import PROGRAM
from geo.workflow.import_imagery import image_path

# More images than this of one place are not opened to choose one.
MOST_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class _Choice:
    image: Image
    days: int
    seen: Seen


def list_images(store: Store, actor: Actor) -> list[Image]:
    """List what is registered and the actor may see."""
    with store.reading(actor) as session:
        return imagery.list_images(session)


def image_layers(store: Store, actor: Actor) -> list[ImageLayer]:
    """List what the actor may see as layers of the map: dated images, newest first, basemaps."""
    return [image_layer(image) for image in list_images(store, actor)]


def imagery_revision(store: Store) -> tuple[int, int]:
    """Tell apart the states of what is registered, for caches."""
    with store.reading(PROGRAM) as session:
        return imagery.imagery_revision(session)


def image_for(store: Store, actors: Sequence[Actor] | None, number: int) -> Image:
    """Find an image that somebody may see in one of their roles.

    Parameters
    ----------
    actors
        The roles that they hold now; None: a demonstration, in which nothing is real and whoever
        looks chooses who they are.

    Raises
    ------
    NotFound
        ``image_unknown``: there is none, or it is of none of their territories.
    """
    for actor in (PROGRAM,) if actors is None else actors:
        with store.reading(actor) as session:
            try:
                return imagery.find_image(session, number)
            except NotFound:
                continue
    raise NotFound("image_unknown", image=number)


def tile_of(store: Store, image: Image, z: int, x: int, y: int, *, form: str) -> Tile:
    """Cut a tile out of an image that lies in the workspace.

    Raises
    ------
    FileRefused
        ``image_unreadable``.
    """
    return cut_tile(image, _path(store, image), z, x, y, form=form)


def image_pair(store: Store, actor: Actor, patch: Patch) -> ImagePair:
    """Choose the images nearest to the days that a patch names, and say what is wrong with them.

    An image that covers the whole outline goes before a nearer one that does not. Basemaps, which
    have no day, are never chosen.

    Raises
    ------
    NotFound
        If the actor may not see the patch.
    """
    with store.reading(actor) as session:
        outline = patches.outline(session, patch.id)
        found = [image for image in imagery.list_images(session) if image.taken_on is not None]
    near = [image for image in found if shapely.box(*image.bounds).intersects(outline)]
    before = _side(store, near, outline, image_day(patch.image_before), prefers_later=False)
    after = _side(store, near, outline, image_day(patch.image_after), prefers_later=True)
    is_same = before.layer is not None and before.layer == after.layer
    return ImagePair(before, after, (ImageRemark(ImageNote.SAME),) if is_same else ())


def _side(
    store: Store,
    images: Sequence[Image],
    outline: shapely.Geometry,
    wanted: date | None,
    *,
    prefers_later: bool,
) -> ImageSide:
    if wanted is None:
        return ImageSide(None, None, remarks=(ImageRemark(ImageNote.NO_DATE),))
    choices, is_broken = _choices(store, images, outline, wanted, prefers_later=prefers_later)
    broken = (ImageRemark(ImageNote.UNREADABLE),) if is_broken else ()
    if not choices:
        return ImageSide(None, wanted, remarks=(*broken, ImageRemark(ImageNote.MISSING)))
    # The first of the best: they stand in the order of their nearness.
    chosen = max(choices, key=lambda choice: min(choice.seen.covered, COVERED_ENOUGH))
    return ImageSide(
        layer=image_layer(chosen.image, is_on=True),
        wanted_on=wanted,
        days=chosen.days,
        covered=chosen.seen.covered,
        clear=chosen.seen.clear,
        remarks=(*broken, *_remarks(chosen)),
    )


def _choices(
    store: Store,
    images: Sequence[Image],
    outline: shapely.Geometry,
    wanted: date,
    *,
    prefers_later: bool,
) -> tuple[list[_Choice], bool]:
    """Look at images in the order of their nearness, until one covers the outline.

    Returns
    -------
    tuple of list and bool
        Those that cover some of it, and whether one on the way could not be read.
    """
    dated = [(image, (image.taken_on - wanted).days) for image in images if image.taken_on]
    sign = -1 if prefers_later else 1
    dated.sort(key=lambda one: (abs(one[1]), sign * one[1]))
    choices, is_broken = list[_Choice](), False
    for image, days in dated[:MOST_LOOKED_AT]:
        try:
            seen = look_at(image, image_path(store, image), outline)
        except FileRefused:
            is_broken = True
            continue
        if seen.covered:
            choices.append(_Choice(image, days, seen))
        if seen.covered >= COVERED_ENOUGH:
            break
    return choices, is_broken


def _remarks(chosen: _Choice) -> list[ImageRemark]:
    seen, remarks = chosen.seen, list[ImageRemark]()
    if chosen.days:
        remarks.append(ImageRemark(ImageNote.OTHER_DAY, {"days": abs(chosen.days)}))
    if seen.covered < COVERED_ENOUGH:
        percent = min(99, round(seen.covered * 100))
        remarks.append(ImageRemark(ImageNote.PARTLY, {"percent": percent}))
    if seen.clear is not None and seen.clear < CLEAR_ENOUGH:
        remarks.append(ImageRemark(ImageNote.UNCLEAR, {"percent": round(seen.clear * 100)}))
    if chosen.image.shift is Shift.GCJ02:
        remarks.append(ImageRemark(ImageNote.SHIFTED))
    return remarks


def _path(store: Store, image: Image) -> Path:
    path = image_path(store, image)
    if path is None:
        raise NotFound("image_unknown", image=image.id)
    return path
