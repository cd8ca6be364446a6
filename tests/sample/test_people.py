"""Forty rangers and six others, by role and number; each ranger walks grids of one village."""

import shapely

from geo.model.stages import Level, Role
from geo.sample.territory import SAMPLE_CRS
from geo.shapes.crs import from_stored

OTHERS = {
    "A01": ("administrator", "", "159901"),
    "I01": ("inspector", "county", "159901"),
    "I02": ("inspector", "city", "1599"),
    "I03": ("inspector", "province", "15"),
    "M01": ("grid_manager", "", "159901"),
    "C01": ("chief", "", "159901"),
}


def test_forty_rangers_and_six_others_are_called_by_role_and_number(sample):
    people = sample.people
    assert people.columns.tolist() == [
        "code", "role", "number", "level", "admin_code", "home_lon", "home_lat",
    ]  # fmt: skip
    rangers = people[people["role"] == "ranger"]
    assert rangers["code"].tolist() == [f"R{k:02d}" for k in range(1, 41)]
    others = people[people["role"] != "ranger"].set_index("code")
    assert {
        code: (row["role"], row["level"], row["admin_code"]) for code, row in others.iterrows()
    } == OTHERS
    assert not people.duplicated(["role", "number"]).any()


def test_roles_and_levels_are_those_of_the_product(sample):
    # Partners belong to no office; who they are is for each place to say.
    assert set(sample.people["role"]) == {str(role) for role in Role} - {"partner"}
    assert set(sample.people["level"]) == {"", *(str(level) for level in Level)}


def test_the_table_of_people_holds_nothing_that_could_be_a_name(sample):
    text = (sample.folder / "people.csv").read_text(encoding="utf-8")
    assert text.isascii()


def test_every_grid_has_a_manager_and_a_ranger_of_its_village(sample):
    village = sample.people.set_index("code")["admin_code"]
    assert set(sample.grids["WGZ"]) == {"M01"}
    assert (village.loc[sample.grids["HLY"]].to_numpy() == sample.grids["CUN"]).all()


def test_every_ranger_walks_one_to_six_grids(sample):
    counts = sample.grids["HLY"].value_counts()
    assert set(counts.index) == {f"R{k:02d}" for k in range(1, 41)}
    assert counts.between(1, 6).all()


def test_a_ranger_lives_in_their_village(sample):
    rangers = sample.people[sample.people["role"] == "ranger"]
    degrees = shapely.points(rangers["home_lon"].astype(float), rangers["home_lat"].astype(float))
    homes = from_stored(degrees, SAMPLE_CRS)
    villages = sample.villages.set_index("code").geometry.loc[rangers["admin_code"]].to_numpy()
    assert (shapely.distance(homes, villages) < 0.2).all()
