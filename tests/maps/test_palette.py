"""Colours and marks: one pair for each stage, red kept for what is late."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from geo.maps.legend import grid_entry, stage_legend
from geo.maps.palette import (
    CLASS_SIGNS,
    DUE_SIGNS,
    NOT_GIVEN_SIGN,
    OTHERS_SIGN,
    OVERDUE,
    STAGE_COLOURS,
    STAGE_MARKS,
    DueClass,
    class_style,
    due_style,
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


# How the eye sees colours if one of its three kinds of cones is missing: on linear RGB, severity
# 1.0 (Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", table of the whole range).
EYES = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# To the even space OKLab (Ottosson 2020): distances in it are what the eye takes for distances.
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
GROUND = "#f0f3ee"
# About five times what is just seen as another colour.
APART = 0.1
CLASS_STYLES = [class_style(sign) for sign in (*CLASS_SIGNS, OTHERS_SIGN, NOT_GIVEN_SIGN)]
DUE_STYLES = [due_style(due) for due in DueClass]


def rgb(colour):
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def seen(colour, eye):
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    seen_as = np.clip(np.array(EYES[eye]) @ linear, 0, 1)
    return np.array(TO_LAB) @ np.cbrt(np.array(TO_CONES) @ seen_as)


def apart(one, other, eye):
    return float(np.linalg.norm(seen(one, eye) - seen(other, eye)))


def surface(style):
    """The colour of a shape drawn in full: its fill, laid on the ground."""
    return style.opacity * rgb(style.fill) + (1 - style.opacity) * rgb(GROUND)


def test_the_eyes_are_simulated_rightly():
    red, green = rgb("#aa4400"), rgb("#557700")
    assert apart(red, green, "usual") > 3 * apart(red, green, "deuteranopia")
    assert all(apart(rgb("#000000"), rgb("#ffffff"), eye) > 0.9 for eye in EYES)


@pytest.mark.parametrize("eye", EYES)
def test_classes_that_follow_each_other_are_told_apart_by_every_eye(eye):
    for styles in (CLASS_STYLES[:8], DUE_STYLES):
        for one, other in pairwise(styles):
            assert apart(rgb(one.fill), rgb(other.fill), eye) > APART, (one, other)
            assert apart(surface(one), surface(other), eye) > APART / 2, (one, other)


@pytest.mark.parametrize("eye", EYES)
def test_no_two_classes_look_alike_in_colour_and_mark(eye):
    for styles in (CLASS_STYLES, DUE_STYLES):
        for one, other in combinations(styles, 2):
            same = apart(rgb(one.fill), rgb(other.fill), eye) < APART / 2
            assert not (same and one.mark == other.mark), (one, other)


def test_classes_hold_against_the_ground():
    for style in [*CLASS_STYLES, *DUE_STYLES]:
        assert contrast(style.line, GROUND) >= 3, style
        assert apart(surface(style), rgb(GROUND), "usual") > APART / 2, style


def test_red_is_kept_for_what_is_late():
    assert OVERDUE not in [colour for colour, _ in (*CLASS_SIGNS, OTHERS_SIGN, NOT_GIVEN_SIGN)]
    assert [due for due, (colour, _) in DUE_SIGNS.items() if colour == OVERDUE] == [
        DueClass.OVERDUE
    ]
    # Nor does any other class come near it, to the usual eye.
    for colour, _ in CLASS_SIGNS:
        assert apart(rgb(colour), rgb(OVERDUE), "usual") > APART
