"""Permits: sixty, most kept to, fifteen smaller than what was built."""

import pytest
import shapely


@pytest.fixture(scope="module")
def approved(sample):
    """Patches with a permit, each with the approved extent."""
    with_permit = sample.truth[sample.truth["permit_no"] != ""]
    extents = sample.permits.set_index("SH_WH").geometry
    return with_permit.assign(
        built=sample.patches.geometry.loc[with_permit.index],
        extent=extents.loc[with_permit["permit_no"]].to_numpy(),
    )


def test_there_are_sixty_permits_with_invented_numbers(sample):
    assert len(sample.permits) == 60
    assert sample.permits["SH_WH"].is_unique
    assert sample.permits["SH_WH"].str.fullmatch(r"样例林许〔202[345]〕\d{3}号").all()
    assert sample.permits["XMMC"].str.startswith("样例").all()
    year = sample.permits["SH_WH"].str.extract(r"〔(\d{4})〕")[0].astype(int)
    assert (year == sample.permits["SH_ND"]).all()


def test_the_approved_area_is_that_of_the_approved_extent(sample):
    area_ha = sample.permits.geometry.area / 1e4
    assert sample.permits["SH_MJ"].to_numpy() == pytest.approx(area_ha.to_numpy(), abs=5.1e-5)


def test_55_permits_are_about_a_patch_and_5_have_not_been_used(sample, approved):
    assert len(approved) == 55
    assert approved["permit_no"].is_unique
    unused = sample.permits[~sample.permits["SH_WH"].isin(approved["permit_no"])]
    shapes = shapely.make_valid(sample.patches.geometry.to_numpy())
    assert len(unused) == 5
    assert not len(shapely.STRtree(shapes).query(unused.geometry, predicate="intersects")[0])


def test_fifteen_patches_were_built_larger_than_approved(approved):
    beyond = approved[approved["note"].str.contains("beyond_permit")]
    assert len(beyond) == 15
    share = shapely.area(beyond["extent"].to_numpy()) / shapely.area(beyond["built"].to_numpy())
    assert (share > 0.3).all()
    assert (share < 0.85).all()
    outside = shapely.difference(beyond["extent"].to_numpy(), beyond["built"].to_numpy())
    assert (shapely.area(outside) < 5.0).all()  # centimetres along the edge
    assert (beyond["lawful"] == "0").all()


def test_forty_patches_lie_wholly_inside_what_was_approved(approved):
    kept = approved[~approved["note"].str.contains("beyond_permit")]
    assert len(kept) == 40
    assert shapely.contains(kept["extent"].to_numpy(), kept["built"].to_numpy()).all()
    assert (kept["lawful"] == "1").all()


def test_approved_construction_and_a_permit_go_together(sample):
    has_permit = sample.truth["permit_no"] != ""
    assert (sample.truth["true_cause"].isin({"411", "412", "413"}) == has_permit).all()
