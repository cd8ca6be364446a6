"""What the colour of each patch stands for: its stage, or what somebody chose instead.

One scheme tells map, table and chart alike: what a cause is coloured with on the map is its colour
everywhere. A scheme is made of all that somebody sees and kept while they filter, so that no colour
changes its meaning under their hands.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.maps.layers import Style
from geo.maps.legend import LATE_SIGN, LegendEntry
from geo.maps.palette import (
    CLASS_SIGNS,
    NOT_GIVEN_SIGN,
    OTHERS_SIGN,
    ColourBy,
    DueClass,
    class_style,
    due_style,
    stage_style,
)
from geo.model import columns as c
from geo.model.stages import CLOSED_STAGES, Stage
from geo.store.patch_columns import DUE_NO, NO_DUE, STAGE_NO, day_number
from geo.workflow.patch_layer import late
from geo.workflow.patch_rows import Patches

SOON_DAYS = 3
NEAR_DAYS = 14
COLUMNS = {ColourBy.CAUSE: c.CAUSE, ColourBy.BATCH: c.BATCH, ColourBy.PERSON: c.ASSIGNEE}

Numbers = NDArray[np.uint8]

_STAGES = list(Stage)
_CLOSED = [_STAGES.index(stage) for stage in CLOSED_STAGES]
_SIGNS = (*CLASS_SIGNS, OTHERS_SIGN, NOT_GIVEN_SIGN)
_OTHERS, _NOT_GIVEN = len(CLASS_SIGNS), len(CLASS_SIGNS) + 1
# Those that are not late, then the same ones late.
_BOTH = (False, True)
_STYLES: dict[ColourBy, tuple[Style, ...]] = dict.fromkeys(
    COLUMNS, tuple(class_style(sign, late=is_late) for is_late in _BOTH for sign in _SIGNS)
) | {
    ColourBy.STAGE: tuple(stage_style(s, late=is_late) for is_late in _BOTH for s in _STAGES),
    ColourBy.DUE: tuple(due_style(due) for due in DueClass),
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which colour and mark stands for what.

    Attributes
    ----------
    by
        What the colours stand for.
    today
        The day that deadlines are compared with.
    named
        The causes, batches or people that have a colour of their own, the most frequent first;
        empty where colours stand for stages or deadlines.
    """

    by: ColourBy
    today: date
    named: tuple[str, ...] = ()

    @property
    def styles(self) -> tuple[Style, ...]:
        """How the classes are drawn; the same tuple for every scheme of a kind."""
        return _STYLES[self.by]

    def numbers(self, layer: Patches) -> Numbers:
        """Give the number of each patch's class: its place in `styles`."""
        if self.by is ColourBy.DUE:
            return _due_classes(layer, self.today)
        is_late = late(layer, self.today)
        if self.by is ColourBy.STAGE:
            classes, count = layer[STAGE_NO], len(_STAGES)
        else:
            classes, count = self._value_classes(layer), len(_SIGNS)
        numbers: Numbers = classes.astype(np.uint8) + np.uint8(count) * is_late
        return numbers

    def style_of(self, value: Stage | DueClass | str | None, *, is_late: bool = False) -> Style:
        """Give the sign of one stage, deadline, cause, batch or person, for a chart or a table."""
        if isinstance(value, DueClass):
            return due_style(value)
        if isinstance(value, Stage):
            return stage_style(value, late=is_late)
        if not value:
            return class_style(NOT_GIVEN_SIGN, late=is_late)
        is_known = value in self.named
        sign = CLASS_SIGNS[self.named.index(value)] if is_known else OTHERS_SIGN
        return class_style(sign, late=is_late)

    def legend(self, numbers: Numbers) -> list[LegendEntry]:
        """List the signs of the classes that these numbers name, with that of lateness."""
        there = np.flatnonzero(np.bincount(numbers, minlength=len(self.styles)))
        if self.by is ColourBy.DUE:
            return [
                LegendEntry(due_style(due), f"map.due_{due.name.lower()}")
                for due in DueClass
                if due in there
            ]
        half = len(self.styles) // 2
        classes = np.unique(there % half)
        entries = [self._entry(int(number)) for number in classes]
        return [*entries, LegendEntry(LATE_SIGN, "map.overdue")]

    def _entry(self, number: int) -> LegendEntry:
        style = self.styles[number]
        if self.by is ColourBy.STAGE:
            return LegendEntry(style, f"stage.{_STAGES[number]}")
        if number < _OTHERS:
            return LegendEntry(style, text=self.named[number])
        return LegendEntry(style, "map.others" if number == _OTHERS else "map.not_given")

    def _value_classes(self, layer: Patches) -> Numbers:
        name = COLUMNS[self.by]
        codes, values = layer[name], layer.columns.words[name].texts
        signs = {value: number for number, value in enumerate(self.named)}
        places = np.array([signs.get(value, _OTHERS) for value in values], dtype=np.uint8)
        # The last one is what the number -1 of a missing value points at.
        by_code = np.append(places, _NOT_GIVEN).astype(np.uint8)
        by_code[:-1][[value == "" for value in values]] = _NOT_GIVEN
        classes: Numbers = by_code[codes]
        return classes


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The patches of a layer in classes, each with its colour and mark.

    Attributes
    ----------
    numbers
        One a patch: a place in `styles`.
    styles
        How each class is drawn; as many for every scheme of a kind.
    legend
        The signs of the classes that are there.
    scheme
        Numbers other rows in the same way: a filtered layer, or patches that have changed.
    """

    numbers: Numbers
    styles: tuple[Style, ...]
    legend: list[LegendEntry]
    scheme: Scheme


def classes(layer: Patches, by: ColourBy, *, today: date) -> Classes:
    """Say what colour and mark each patch has.

    Parameters
    ----------
    layer
        Patches, as `geo.workflow.patch_layer` gives them.
    by
        What the colours stand for.
    today
        The day that deadlines are compared with.
    """
    scheme = scheme_of(layer, by, today=today)
    numbers = scheme.numbers(layer)
    return Classes(numbers, scheme.styles, scheme.legend(numbers), scheme)


def scheme_of(layer: Patches, by: ColourBy, *, today: date) -> Scheme:
    """Give colours to the most frequent values of a layer; the rest are others."""
    if by not in COLUMNS:
        return Scheme(by, today)
    counts = layer.counts(COLUMNS[by]).items()
    ranked = [(-count, value) for value, count in counts if value]
    return Scheme(by, today, tuple(value for _, value in sorted(ranked)[: len(CLASS_SIGNS)]))


def _due_classes(layer: Patches, today: date) -> Numbers:
    due = layer[DUE_NO]
    from_day = day_number(today)
    ends = np.array([from_day, from_day + SOON_DAYS + 1, from_day + NEAR_DAYS + 1])
    numbers = np.searchsorted(ends, due, side="right").astype(np.uint8)
    numbers[due == NO_DUE] = DueClass.NONE
    numbers[np.isin(layer[STAGE_NO], _CLOSED)] = DueClass.CLOSED
    return numbers
