"""Patches given out can be taken in again, with everything that was known of them."""

from datetime import timedelta
from pathlib import Path

import pytest
import shapely

from geo.files.write import Format
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Person
from geo.store.door import Store
from geo.workflow.export_patches import export_patches, patch_table
from geo.workflow.import_patches import import_patches
from geo.workflow.look import find
from geo.workflow.set_up import set_up
from tests.builders import NOON, STAFF, actor
from tests.office import ACCEPT, bring_to, deliver_patches, everything_in
from tests.stored import patch_layer

LAYERS = [form for form in Format if form is not Format.CSV]


@pytest.mark.parametrize("form", LAYERS)
def test_what_is_given_out_is_understood_when_it_comes_in(
    store: Store, tmp_path: Path, form: Format
) -> None:
    land_and_images = {"RDQDL": "乔木林地", "QQYXSJ": "2025-08-21", "HQYXSJ": "2026-06-28"}
    deliver_patches(store, tmp_path, **{name: [v] * 3 for name, v in land_and_images.items()})
    out = export_patches(store, actor(), tmp_path / f"x.{form}", form).path
    with set_up(tmp_path / "there", staff=STAFF, at=NOON) as there:
        import_patches(there, actor(), out, at=NOON + timedelta(days=1), options=ACCEPT)
        for here, again in zip(find(store, actor()), find(there, actor()), strict=True):
            for name in (
                *("code", "area_ha", "area_delivered_ha", "admin_code", "cause", "remark"),
                *("land_before", "land_after", "image_before", "image_after"),
            ):
                assert getattr(again, name) == getattr(here, name), name
        outlines = [patch_layer(s, actor()).geometry.to_numpy() for s in (store, there)]
    # Seven decimals of a degree are a centimetre.
    assert shapely.hausdorff_distance(*outlines).max() < 1e-7


def test_only_what_is_asked_for_and_may_be_seen_is_given_out(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED)
    path = tmp_path / "x.csv"
    verified = PatchFilter(stages=(Stage.VERIFIED,))
    assert export_patches(store, actor(), path, Format.CSV, wanted=verified).patches == 1
    elsewhere = actor(Person("m", Role.GRID_MANAGER, prefixes=("159902",)))
    assert export_patches(store, elsewhere, path, Format.CSV).patches == 0
    assert path.read_text(encoding="utf-8").startswith("patch_code,")


def test_giving_out_changes_nothing(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    before = everything_in(store)
    for form in Format:
        export_patches(store, actor(), tmp_path / f"x.{form}", form)
    assert everything_in(store) == before


def test_areas_are_given_in_both_units(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    table = patch_table(store, actor())
    assert table["area_ha"].tolist() == [1.0, 1.0, 1.0]
    assert table["area_mu"].tolist() == [15.0, 15.0, 15.0]
