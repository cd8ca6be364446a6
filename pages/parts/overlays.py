"""What lies over the patches on a map: what others look at now, and what has changed today."""

from collections.abc import Mapping
from datetime import date

from geo.maps.layers import Labels, Layer, Mark, Points, Style
from geo.maps.palette import INK
from geo.workflow.clock import local_day
from geo.workflow.look import recent
from geo.workflow.patch_rows import Patches
from geo.workflow.review import held_by_others
from pages.parts import cached, state
from pages.parts.map_report import is_switched_on
from pages.parts.words import moment, word

TODAY, HELD = "changed_today", "held"
MOST_CHANGED = 500
# Neither has a colour of its own: colour is for stages and for what is late.
_SIGNS = {
    TODAY: Style(fill="", line=INK, width_px=1.5, mark=Mark.STAR),
    HELD: Style(fill="#ffffff", line=INK, width_px=2.5, mark=Mark.FRAME),
}


def overlay_layers(name: str, patches: Patches, today: date) -> list[Layer]:
    """Give the layers over the patches of a map; what is switched off is not even looked for.

    Parameters
    ----------
    name
        Of the map.
    patches
        Those that are shown.
    """
    held = _held(patches)
    return [_changed(name, patches, today), *([held] if held.parts else [])]


def _changed(name: str, patches: Patches, today: date) -> Layer:
    labels: dict[int, str] = {}
    if is_switched_on(name, TODAY, at_first=False):
        store = cached.store()
        for key, event in recent(store, state.actor(), limit=MOST_CHANGED):
            if local_day(store, event.at) < today:
                break
            done = f"{word(f'verb.{event.verb}')} · {event.actor} · {moment(event.at)}"
            labels.setdefault(event.patch_id, f"{key} · {done}")
    return _layer(TODAY, patches, labels, is_on=False)


def _held(patches: Patches) -> Layer:
    held = held_by_others(cached.store(), state.actor(), at=cached.now())
    labels = {
        number: word("map.held_by", person=lock.person, until=moment(lock.until))
        for number, lock in held.items()
    }
    return _layer(HELD, patches, labels, is_on=True)


def _layer(name: str, patches: Patches, labels: Mapping[int, str], *, is_on: bool) -> Layer:
    some = patches.of_ids(list(labels))
    ids, boxes = some["id"].tolist(), some.boxes
    points = Points(
        [str(number) for number in ids],
        (boxes[:, 0] + boxes[:, 2]) / 2,
        (boxes[:, 1] + boxes[:, 3]) / 2,
        [_SIGNS[name]] * len(ids),
        [labels[number] for number in ids],
    )
    return Layer(
        name,
        word(f"map.{name}"),
        (points,) if ids else (),
        Labels.HOVER,
        clickable=False,
        is_on=is_on,
        sign=_SIGNS[name],
    )
