"""Hits and misses, on boxes whose shares can be counted on paper."""

import pytest
import shapely

from geo.shapes.hits import compare_outlines


def box(left: float, width: float = 1.0) -> shapely.Polygon:
    """A box of a hundredth of a degree by `width` hundredths, at 43° N."""
    return shapely.box(119 + left / 100, 43, 119 + (left + width) / 100, 43.01)


def test_half_is_a_hit_and_a_quarter_is_none():
    known = [box(0), box(10), box(20)]
    found = [box(0.5), box(10.75), box(40)]
    hits = compare_outlines(found, known)
    assert hits.covered == pytest.approx([0.5, 0.25, 0.0], abs=1e-6)
    assert (hits.hits, hits.misses, hits.false_alarms) == (1, 2, 2)
    assert hits.recall == pytest.approx(1 / 3)
    assert hits.precision == pytest.approx(1 / 3)
    assert hits.area_covered == pytest.approx(0.25, abs=1e-6)
    assert hits.area_right == pytest.approx(0.25, abs=1e-6)


def test_pieces_of_one_patch_count_together():
    hits = compare_outlines([box(0, 0.2), box(0.5, 0.2)], [box(0)])
    assert hits.covered == pytest.approx([0.4], abs=1e-6)
    assert (hits.hits, hits.false_alarms) == (1, 0)


def test_outlines_that_only_touch_share_nothing():
    hits = compare_outlines([box(1)], [box(0)])
    assert (hits.hits, hits.false_alarms) == (0, 1)


def test_nothing_found_and_nothing_known_are_no_error():
    assert compare_outlines([], [box(0)]).recall == 0
    assert compare_outlines([box(0)], []).precision == 0
    assert compare_outlines([], []).precision == 0
