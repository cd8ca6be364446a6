"""The patches of the season: what was delivered, what is true, and the hard cases among them."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.model.codes import CAUSES_2019
from geo.model.columns import PATCH_COLUMNS, propose_mapping
from geo.sample.causes import UNLAWFUL

FIELDS = [
    "PAN_NO_TB", "SHENG", "XIAN", "XIANG", "CUN", "LIN_YE_JU", "LIN_CHANG", "LIN_BAN", "GPS_X",
    "GPS_Y", "MIAN_JI", "PAN_BHYY", "PAN_DILEI", "BEIZHU", "QQYXSJ", "HQYXSJ",
]  # fmt: skip


@pytest.fixture(scope="module")
def overlaps(sample):
    """Area of each patch in each grid that it overlaps, in m²."""
    patches = shapely.make_valid(sample.patches.geometry.to_numpy())
    grids = sample.grids.geometry.to_numpy()
    patch, grid = shapely.STRtree(grids).query(patches, predicate="intersects")
    area = shapely.area(shapely.intersection(patches[patch], grids[grid]))
    return pd.DataFrame({"patch": patch, "grid": grid, "area_m2": area})


def test_there_are_300_patches_with_the_interpreted_fields_of_2019(sample):
    assert len(sample.patches) == 300
    assert [c for c in sample.patches.columns if c != "geometry"] == FIELDS


def test_the_program_recognises_the_fields(sample):
    mapping = propose_mapping(list(sample.patches.columns), PATCH_COLUMNS)
    assert mapping == {
        "code": "PAN_NO_TB",
        "admin_code": "CUN",
        "cause": "PAN_BHYY",
        "land_after": "PAN_DILEI",
        "area_delivered_ha": "MIAN_JI",
        "image_before": "QQYXSJ",
        "image_after": "HQYXSJ",
        "remark": "BEIZHU",
    }


def test_numbers_are_whole_and_unique_and_the_truth_knows_them_in_the_same_order(sample):
    numbers = sample.patches["PAN_NO_TB"]
    assert numbers.dtype.kind == "i"
    assert numbers.is_unique
    assert numbers.astype(str).tolist() == sample.truth["patch_code"].tolist()


def test_gps_numbers_have_eight_and_seven_digits_and_lie_in_the_patch(sample):
    x, y = sample.patches["GPS_X"].astype(str), sample.patches["GPS_Y"].astype(str)
    assert x.str.fullmatch(r"40\d{6}").all()
    assert y.str.fullmatch(r"\d{7}").all()
    points = shapely.points(sample.patches["GPS_X"], sample.patches["GPS_Y"])
    assert (shapely.distance(points, shapely.make_valid(sample.patches.geometry)) < 1.0).all()


def test_the_area_is_the_plane_area_in_hectares_to_four_decimals(sample):
    area_ha = shapely.area(shapely.make_valid(sample.patches.geometry.to_numpy())) / 1e4
    assert sample.patches["MIAN_JI"].to_numpy() == pytest.approx(area_ha, abs=5.1e-5)
    assert sample.patches["MIAN_JI"].between(0.04, 65).all()
    assert 0.8 < sample.patches["MIAN_JI"].median() < 3.0


def test_causes_and_remarks_are_those_of_the_list_of_2019(sample):
    assert set(sample.patches["PAN_BHYY"]) <= set(CAUSES_2019.entries)
    assert set(sample.truth["true_cause"]) <= set(CAUSES_2019.entries)
    assert sample.patches["PAN_DILEI"].str.fullmatch(r"0\d{3}").all()
    assert sample.patches["BEIZHU"].fillna("").str.contains("疑似").any()


def test_the_sky_is_wrong_about_twelve_in_a_hundred(sample):
    wrong = sample.patches["PAN_BHYY"].to_numpy() != sample.truth["true_cause"].to_numpy()
    assert wrong.sum() == 36


def test_lawful_follows_from_cause_and_permit(sample):
    truth = sample.truth
    is_beyond = truth["note"].str.contains("beyond_permit")
    expected = ~(truth["true_cause"].isin(UNLAWFUL) | is_beyond)
    assert (truth["lawful"] == expected.map({True: "1", False: "0"})).all()
    assert truth["lawful"].value_counts().min() > 100


def test_all_kinds_of_outline_occur_and_look_like_it(sample):
    shapes = sample.patches.geometry
    kinds = sample.truth["shape"]
    assert set(kinds) == {"clearing", "road", "pit", "parcel", "scattered"}
    slim = 4 * np.pi * shapes.area / shapes.length**2  # 1 is a circle, a line goes to 0
    assert slim[kinds == "road"].median() < 0.15
    assert slim[kinds == "pit"].median() > 0.6
    corners = pd.Series(shapely.get_num_coordinates(shapes.to_numpy()))
    assert corners[kinds == "road"].median() > 40
    assert corners[kinds == "parcel"].median() <= 9
    assert (shapes[kinds == "scattered"].geom_type == "MultiPolygon").all()
    with_hole = shapely.get_num_interior_rings(shapes[kinds == "pit"].to_numpy()) > 0
    assert with_hole.any()
    assert not with_hole.all()


def test_three_patches_lie_outside_every_grid(sample, noted, overlaps):
    outside = noted("outside")
    assert len(outside) == 3
    assert set(range(300)) - set(overlaps["patch"]) == set(outside.index)
    assert (outside.distance(sample.banner.geometry.iloc[0]) > 10).all()


def test_one_patch_in_ten_lies_in_more_than_one_grid(noted, overlaps):
    several = overlaps.groupby("patch").size() > 1
    assert several.sum() == 31
    assert set(several[several].index) == {*noted("straddles").index, *noted("tie").index}


def test_one_patch_is_an_exact_tie_on_a_straight_edge(sample, noted, overlaps):
    tie = noted("tie")
    assert len(tie) == 1
    both = overlaps[overlaps["patch"] == tie.index[0]]["area_m2"].to_numpy()
    assert len(both) == 2
    perimeter_m = tie.geometry.iloc[0].length
    assert abs(both[0] - both[1]) < 1e-6 * perimeter_m
    assert both.sum() == pytest.approx(tie.geometry.iloc[0].area, rel=1e-9)
    edge = shapely.intersection(
        shapely.boundary(sample.grids.geometry.to_numpy()), tie.geometry.iloc[0]
    )
    crossing = edge[shapely.length(edge) > 0]
    assert (shapely.get_num_coordinates(crossing) == 2).all()


def test_no_other_patch_is_near_a_tie(noted, overlaps):
    ranked = overlaps.sort_values("area_m2", ascending=False).groupby("patch")["area_m2"]
    first, second = ranked.nth(0).to_numpy(), ranked.nth(1)
    assert len(first) == 297
    several = overlaps.loc[second.index, "patch"]
    rest = several[~several.isin(noted("tie").index)]
    most = overlaps.groupby("patch")["area_m2"].max().loc[rest].to_numpy()
    assert ((most - second.loc[rest.index].to_numpy()) > 1.0).all()


def test_two_patches_have_a_ring_that_crosses_itself(sample, noted):
    assert set(noted("invalid").index) == set(
        np.flatnonzero(~shapely.is_valid(sample.patches.geometry.to_numpy()))
    )
    assert len(noted("invalid")) == 2
    for shape in noted("invalid").geometry:
        assert shapely.is_valid_reason(shape).startswith("Self-intersection")
        assert shapely.make_valid(shape).area > 0


def test_patches_of_one_season_do_not_overlap(sample):
    shapes = shapely.make_valid(sample.patches.geometry.to_numpy())
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (one == two).all()


def test_a_patch_names_the_village_of_the_grid_that_holds_most_of_it(sample, overlaps):
    best = overlaps.sort_values("area_m2").groupby("patch").last()["grid"]
    is_tie = sample.truth["note"].str.contains("tie")
    best = best[~best.index.isin(is_tie[is_tie].index)]
    villages = sample.grids["CUN"].to_numpy()[best.to_numpy()]
    assert (sample.patches["CUN"].loc[best.index].to_numpy() == villages).all()


def test_a_road_cut_has_the_look_of_a_season_after_its_image(sample):
    assert (sample.patches["QQYXSJ"] < sample.patches["HQYXSJ"]).all()
    assert sample.patches["HQYXSJ"].str.fullmatch(r"2026-0[67]-\d\d").all()
