"""What a colour stands for: the same sign for the same thing, many rows at once."""

from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pytest

from geo.maps.palette import CLASS_SIGNS, ColourBy, DueClass, due_style, stage_style
from geo.model import columns as c
from geo.model.stages import Stage
from geo.store.patch_columns import DUE_NO, NO_DUE, STAGE_NO, PatchColumns, Words, day_number
from geo.text import knows
from geo.workflow.patch_colours import classes, scheme_of
from geo.workflow.patch_rows import Patches

TODAY = date(2026, 11, 24)
STAGES = list(Stage)


def layer(rows: list[tuple[Stage, int | None, str | None]]) -> Patches:
    """Patches with a stage, the days that are left, and a cause that is also batch and person."""
    values = [cause for *_, cause in rows]
    words = {name: Words() for name in (c.CAUSE, c.BATCH, c.ASSIGNEE)}
    days = [NO_DUE if d is None else day_number(TODAY + timedelta(d)) for _, d, _ in rows]
    numbers = {
        STAGE_NO: np.array([STAGES.index(stage) for stage, *_ in rows], dtype=np.int8),
        DUE_NO: np.array(days, dtype=np.int32),
    } | {name: known.coded(values) for name, known in words.items()}
    ids = np.arange(len(rows), dtype=np.int32)
    codes = pa.array([str(number) for number in ids], pa.string())
    return Patches(PatchColumns(MappingProxyType(numbers), words, codes, ids, ids))


def caused(*causes: str | None, days: int | None = 9) -> Patches:
    return layer([(Stage.ASSIGNED, days, cause) for cause in causes])


def test_stages_look_as_they_always_did():
    patches = layer([(stage, days, "11") for stage in Stage for days in (-1, 0)])
    told = classes(patches, ColourBy.STAGE, today=TODAY)
    drawn = [told.styles[number] for number in told.numbers]
    assert drawn[0::2] == [stage_style(s, late=not s.value.startswith("closed")) for s in Stage]
    assert drawn[1::2] == [stage_style(s) for s in Stage]
    assert told.numbers.dtype == np.uint8
    assert [entry.text_key for entry in told.legend][-2:] == ["stage.closed", "map.overdue"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, DueClass.OVERDUE),
        (0, DueClass.SOON),
        (3, DueClass.SOON),
        (4, DueClass.NEAR),
        (14, DueClass.NEAR),
        (15, DueClass.LATER),
        (None, DueClass.NONE),
    ],
)
def test_deadlines_fall_into_classes(days, expected):
    told = classes(
        layer([(Stage.ASSIGNED, days, None), (Stage.CLOSED, days, None)]),
        ColourBy.DUE,
        today=TODAY,
    )
    assert told.numbers.tolist() == [expected, DueClass.CLOSED]
    assert told.styles[expected] == due_style(expected)
    assert told.styles[expected].is_late == (expected is DueClass.OVERDUE)


@pytest.mark.parametrize("by", [ColourBy.CAUSE, ColourBy.BATCH, ColourBy.PERSON])
def test_the_most_frequent_come_first_and_the_rest_are_others(by):
    ten = [name for i, name in enumerate("abcdefghij") for _ in range(20 - i)]
    told = classes(caused(*ten, None, ""), by, today=TODAY)
    assert [entry.text for entry in told.legend] == [*"abcdefgh", None, None, None]
    keys = [entry.text_key for entry in told.legend][-3:]
    assert keys == ["map.others", "map.not_given", "map.overdue"]
    signs = [(entry.style.fill, entry.style.mark) for entry in told.legend[:8]]
    assert signs == list(CLASS_SIGNS)


def test_as_many_of_two_are_ordered_by_name():
    told = scheme_of(caused("b", "a", "c", "c"), ColourBy.CAUSE, today=TODAY)
    assert told.named == ("c", "a", "b")


def test_a_colour_keeps_its_meaning_while_the_layer_is_filtered():
    everything = caused("a", "a", "b", None)
    scheme = scheme_of(everything, ColourBy.CAUSE, today=TODAY)
    numbers = scheme.numbers(everything)
    assert scheme.numbers(everything.some([2, 3])).tolist() == numbers[[2, 3]].tolist()
    assert scheme.style_of("b") == scheme.styles[numbers[2]]
    assert scheme.style_of(None) == scheme.styles[numbers[3]]
    assert scheme.style_of("never seen") == scheme.styles[8]


def test_late_ones_have_the_same_outline_whatever_the_colours_stand_for():
    for by in ColourBy:
        told = classes(caused("a", "a", days=-3), by, today=TODAY)
        style = told.styles[told.numbers[0]]
        assert style.is_late
        assert (style.line, style.width_px) == (stage_style(Stage.ASSIGNED, late=True).line, 3.0)


def test_nothing_has_no_classes():
    for by in ColourBy:
        told = classes(caused(), by, today=TODAY)
        assert len(told.numbers) == 0
        assert len([entry for entry in told.legend if entry.text_key != "map.overdue"]) == 0


def test_every_entry_has_words():
    rows = [(stage, days, cause) for stage in Stage for days in (-9, 1, 5, 20) for cause in "ab"]
    for by in ColourBy:
        for entry in classes(layer(rows), by, today=TODAY).legend:
            assert bool(entry.text) != bool(entry.text_key)
            assert entry.text or knows(entry.text_key)


def test_deadlines_follow_each_other_in_the_legend():
    rows = [(Stage.ASSIGNED, days, "a") for days in (40, 5, -5)]
    legend = classes(layer(rows), ColourBy.DUE, today=TODAY).legend
    assert [entry.text_key for entry in legend] == [
        "map.due_overdue",
        "map.due_near",
        "map.due_later",
    ]
    assert all(one.style != other.style for one, other in pairwise(legend))
