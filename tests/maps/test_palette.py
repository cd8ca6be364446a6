"""Colours and marks: one pair for each stage, red kept for what is late."""

from itertools import combinations

from geo.maps.legend import grid_entry, stage_legend
from geo.maps.palette import (
    OVERDUE,
    STAGE_COLOURS,
    STAGE_MARKS,
    stage_glyph,
    stage_style,
)
from geo.model.stages import Stage
from geo.text import knows

WHITE = (255, 255, 255)


def luminance(colour):
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_stage_has_a_colour_and_a_mark():
    assert set(STAGE_COLOURS) == set(STAGE_MARKS) == set(Stage)


def test_no_two_stages_share_both_colour_and_mark():
    for one, other in combinations(Stage, 2):
        assert (STAGE_COLOURS[one], STAGE_MARKS[one]) != (STAGE_COLOURS[other], STAGE_MARKS[other])


def test_the_colour_of_lateness_is_no_stages_colour():
    assert OVERDUE not in STAGE_COLOURS.values()


def test_outlines_hold_against_the_ground():
    for stage in Stage:
        assert contrast(stage_style(stage).line, "#f0f3ee") >= 3, stage
    assert contrast(OVERDUE, "#f0f3ee") >= 3


def test_a_late_patch_is_told_by_width_as_well_as_by_colour():
    for stage in Stage:
        late, calm = stage_style(stage, late=True), stage_style(stage)
        assert late.width_px >= 2 * calm.width_px
        assert late.line == OVERDUE
        assert (late.fill, late.mark) == (calm.fill, calm.mark)


def test_the_legend_has_words_for_every_sign():
    entries = [*stage_legend(), grid_entry()]
    assert len(entries) == len(Stage) + 2
    assert [entry.text_key for entry in entries if not knows(entry.text_key)] == []


def test_the_legend_keeps_the_order_of_the_work():
    entries = stage_legend([Stage.CLOSED, Stage.ISSUED])
    assert [e.text_key for e in entries] == ["stage.issued", "stage.closed", "map.overdue"]


def test_a_table_shows_the_marks_of_the_map():
    assert stage_glyph(Stage.ASSIGNED) == "●"
    assert all(len(stage_glyph(stage)) == 1 for stage in Stage)
