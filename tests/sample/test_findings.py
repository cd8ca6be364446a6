"""What came back from the field: eighty findings, their photos looking at the patch."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.model.codes import CAUSES_2019
from geo.sample.territory import SAMPLE_CRS
from geo.shapes.crs import from_stored

PROPERTIES = [
    "batch", "patch_code", "base_version", "found_cause", "found_unlawful", "found_land_before",
    "found_land_after", "found_note", "surveyor", "surveyed_at", "photos",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(sample):
    """One row a finding, the truth beside it."""
    rows = pd.DataFrame([f["properties"] for f in sample.findings])
    return rows.join(sample.truth.set_index("patch_code"), on="patch_code")


@pytest.fixture(scope="module")
def outlines(sample):
    """The patches by their code."""
    codes = sample.patches["PAN_NO_TB"].astype(str)
    return dict(zip(codes, sample.patches.geometry, strict=True))


def test_eighty_patches_have_one_finding_each_with_what_is_asked(sample, answers):
    assert len(sample.findings) == 80
    assert answers["patch_code"].is_unique
    assert all(list(f["properties"]) == PROPERTIES for f in sample.findings)
    assert answers["batch"].isna().all()
    assert answers["base_version"].isna().all()
    assert set(answers["found_unlawful"]) == {0, 1}
    assert set(answers["found_cause"]) <= set(CAUSES_2019.entries)
    assert answers["found_note"].str.contains("[一-鿿]").all()


def test_findings_agree_with_the_truth_in_all_but_four(answers):
    agrees = (answers["found_cause"] == answers["true_cause"]) & (
        answers["found_unlawful"] == 1 - answers["lawful"].astype(int)
    )
    assert agrees.sum() == 76


def test_the_surveyor_walks_the_grid_that_holds_most_of_the_patch(sample, answers, outlines):
    grids = sample.grids.geometry.to_numpy()
    for finding in answers.itertuples():
        overlap = shapely.area(shapely.intersection(grids, outlines[finding.patch_code]))
        # The lower row is the lower code: that is who gets a tie.
        best = int(np.round(overlap, 3).argmax())
        assert overlap[best] > 0
        assert sample.grids["HLY"].iloc[best] == finding.surveyor
    assert sample.grids["WGBH"].is_monotonic_increasing


def test_geometries_are_points_or_outlines_in_degrees_with_seven_decimals(sample, outlines):
    kinds = set()
    for feature in sample.findings:
        shape = shapely.geometry.shape(feature["geometry"])
        kinds.add(shape.geom_type)
        numbers = shapely.get_coordinates(shape)
        assert (numbers == np.round(numbers, 7)).all()
        assert ((numbers > (118, 42)) & (numbers < (120, 44))).all()
        patch = outlines[feature["properties"]["patch_code"]]
        metres = from_stored([shape], SAMPLE_CRS)[0]
        # A seventh decimal is a centimetre.
        assert patch.buffer(0.1).contains(metres)
    assert {"Point", "Polygon"} <= kinds


def test_outer_rings_run_counter_clockwise(sample):
    rings = [
        part.exterior
        for f in sample.findings
        for part in shapely.get_parts(shapely.geometry.shape(f["geometry"]))
        if part.geom_type == "Polygon"
    ]
    assert rings
    assert shapely.is_ccw(rings).all()


def test_times_are_those_of_working_days_in_beijing(answers):
    for finding in answers.itertuples():
        done = datetime.fromisoformat(finding.surveyed_at)
        assert done.utcoffset() == timedelta(hours=8)
        assert 9 <= done.hour < 17
        taken = [datetime.fromisoformat(p["taken_at"]) for p in finding.photos]
        assert taken == sorted(taken)
        assert all(timedelta(0) < done - t < timedelta(hours=1) for t in taken)


def test_each_finding_has_three_or_four_photos_from_afar_and_from_near(answers):
    for finding in answers.itertuples():
        views = [p["view"] for p in finding.photos]
        assert views.count("far") in (3, 4)
        assert views.count("near") in (3, 4)
        assert all(p["file"].startswith(f"{finding.patch_code}-") for p in finding.photos)


def test_photos_are_taken_from_outside_and_look_at_the_patch(answers, outlines):
    for finding in answers.itertuples():
        patch = outlines[finding.patch_code]
        places = from_stored(
            shapely.points([(p["lon"], p["lat"]) for p in finding.photos]), SAMPLE_CRS
        )
        for photo, place in zip(finding.photos, places, strict=True):
            reach_m = patch.distance(place)
            assert 0 < reach_m < (145 if photo["view"] == "far" else 15)
            assert 0 <= photo["azimuth_deg"] < 360
            # Grid north and true north differ by less than a degree here; the aim is off by some.
            angles = np.radians(photo["azimuth_deg"] + np.array([-25.0, 0.0, 25.0]))
            ahead = shapely.get_coordinates(place) + 200 * np.stack(
                [np.sin(angles), np.cos(angles)], axis=1
            )
            view = shapely.Polygon(np.vstack([shapely.get_coordinates(place), ahead]))
            assert view.intersects(patch)
