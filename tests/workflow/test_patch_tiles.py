"""Tiles of a workspace: within the territory, as the filter has it, and told of what changes."""

import base64
import string
import zlib
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import shapely

from geo.errors import NotFound
from geo.maps.palette import ColourBy
from geo.maps.tile_cut import TileAt, TileIndex, drawn_tile
from geo.maps.tile_shapes import TileShapes
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage, Verb
from geo.store import batches
from geo.store.changes import Change, change_patches, insert_patches
from geo.workflow import patch_tiles
from geo.workflow.map_layer import MapLayer
from geo.workflow.patch_colours import Scheme
from geo.workflow.patch_layer import PatchLayers
from geo.workflow.patch_tiles import PatchTiles, tile_layer
from tests.builders import MANAGER, NOON, RANGER, actor, make_batch, make_patch_row

TODAY = NOON.date()
SCHEME = Scheme(ColourBy.STAGE, TODAY)
EVERYTHING = MapLayer("admin", Role.ADMINISTRATOR, (), SCHEME)
# The squares of the builders lie at 120.002° E and 43° N and eastward of it.
AT = TileAt(13, 6826, 3010)


@pytest.fixture
def tiles(store):
    insert_batch_of_squares(store, 6)
    return PatchTiles(store, PatchLayers(store))


def insert_batch_of_squares(store, count, batch="B1"):
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch(batch, count=count))
        rows = [make_patch_row(str(n), batch=batch) for n in range(1, count + 1)]
        insert_patches(session, rows, at=NOON, detail={"file_sha256": "x"})


def assign(store, patch_id, version=1, to="ranger-1"):
    change = Change(
        patch_id, version, Verb.ASSIGNED, stage_to=Stage.ASSIGNED, new_values={"assignee": to}
    )
    with store.writing(actor(MANAGER)) as session:
        change_patches(session, [change], at=NOON)


def shown(content, tmp_path):
    """The numbers in a tile with their classes."""
    path = tmp_path / "t.mvt"
    path.write_bytes(content)
    found = {}
    for name, _ in pyogrio.list_layers(path) if content else []:
        frame = pyogrio.read_dataframe(path, layer=name, CLIP="NO")
        found |= dict(zip(frame.mvt_id.tolist(), frame.c.tolist(), strict=True))
    return found


def numbers_of(stage):
    return list(Stage).index(stage)


def test_a_tile_shows_the_patches_in_their_stages(store, tiles, tmp_path):
    assign(store, 2)
    found = shown(tiles.tile(EVERYTHING, actor(), AT, since=0), tmp_path)
    issued, assigned = numbers_of(Stage.ISSUED), numbers_of(Stage.ASSIGNED)
    assert found == dict.fromkeys((1, 3, 4, 5, 6), issued) | {2: assigned}


def test_both_engines_serve_the_same_bytes(store, tiles):
    shapes = [shapely.from_wkb(make_patch_row(str(n))["geom"]) for n in range(1, 7)]
    index = TileIndex(TileShapes.of(np.arange(1, 7), np.array(shapes)))
    issued = np.full(6, numbers_of(Stage.ISSUED), np.uint8)
    assert tiles.tile(EVERYTHING, actor(), AT, since=0) == drawn_tile(index, issued, AT)


def test_a_filter_is_a_layer_of_its_own(store, tiles, tmp_path):
    assign(store, 2)
    wanted = replace(EVERYTHING, wanted=(PatchFilter(stages=(Stage.ASSIGNED,)),))
    assert set(shown(tiles.tile(wanted, actor(), AT, since=0), tmp_path)) == {2}
    both = replace(wanted, wanted=(*wanted.wanted, PatchFilter(search="3")))
    assert tiles.tile(both, actor(), AT, since=0) == b""


def test_somebody_else_sees_their_own_part_under_the_same_address(store, tiles, tmp_path):
    assign(store, 2)
    ranger = actor(RANGER)
    assert set(shown(tiles.tile(EVERYTHING, ranger, AT, since=0), tmp_path)) == {2}
    assert tiles.label(ranger, 2) == "2"
    assert tiles.label(ranger, 1) is None
    assert {one.id for one in tiles.changes(EVERYTHING, ranger, since=0).changed} == {2}
    assert len(shown(tiles.tile(EVERYTHING, actor(), AT, since=0), tmp_path)) == 6


def test_what_has_left_a_territory_is_in_no_tile_of_it_any_more(store, tiles, tmp_path):
    assign(store, 2)
    assign(store, 3)
    ranger = actor(RANGER)
    layer = replace(EVERYTHING, person=RANGER.code, role=RANGER.role)
    before = tile_layer(tiles, layer, ranger, title="T").address
    assert set(shown(tiles.tile(layer, ranger, AT, since=0), tmp_path)) == {2, 3}
    assign(store, 2, version=2, to="ranger-2")
    # Also where a tile of an older state would do; and a browser looks under another address.
    assert set(shown(tiles.tile(layer, ranger, AT, since=0), tmp_path)) == {3}
    after = tile_layer(tiles, layer, ranger, title="T").address
    assert after != before
    assert tile_layer(tiles, layer, ranger, title="T").address == after


def test_a_change_is_told_with_its_class_and_place(store, tiles):
    layer = replace(EVERYTHING, wanted=(PatchFilter(stages=(Stage.ISSUED,)),))
    since = tiles.newest()
    assert tiles.changes(layer, actor(), since=since).changed == ()
    assign(store, 4)
    told = tiles.changes(layer, actor(), since=since)
    assert told.seq == since + 1
    assert [(one.id, one.number) for one in told.changed] == [(4, -1)]
    assert told.changed[0].box == pytest.approx((120.008, 43.0, 120.009, 43.001))
    everything = tiles.changes(EVERYTHING, actor(), since=since)
    assert [one.number for one in everything.changed] == [numbers_of(Stage.ASSIGNED)]
    assert tiles.changes(layer, actor(), since=told.seq).changed == ()


def test_too_many_changes_are_told_as_one(store, tiles, monkeypatch):
    monkeypatch.setattr(patch_tiles, "MOST_CHANGES", 3)
    assert tiles.changes(EVERYTHING, actor(), since=0).is_all
    assert not tiles.changes(EVERYTHING, actor(), since=tiles.newest()).is_all


def test_a_tile_is_as_new_as_it_is_asked_for(store, tiles, tmp_path):
    before = tiles.newest()
    old = tiles.tile(EVERYTHING, actor(), AT, since=before)
    assign(store, 1)
    # What a browser keeps may be older: it has been told what changed.
    assert tiles.tile(EVERYTHING, actor(), AT, since=before) == old
    new = shown(tiles.tile(EVERYTHING, actor(), AT, since=before + 1), tmp_path)
    assert new[1] == numbers_of(Stage.ASSIGNED)


def test_outlines_are_prepared_once_and_again_after_a_delivery(store, tiles, tmp_path):
    assert len(shown(tiles.tile(EVERYTHING, actor(), AT, since=0), tmp_path)) == 6
    (folder,) = (store.folder / "tiles").iterdir()
    written = (folder / "places.npy").stat().st_mtime_ns
    again = PatchTiles(store, PatchLayers(store))
    assert len(shown(again.tile(EVERYTHING, actor(), AT, since=0), tmp_path)) == 6
    assert (folder / "places.npy").stat().st_mtime_ns == written
    assign(store, 1)
    again.tile(EVERYTHING, actor(), AT, since=again.newest())
    assert [one.name for one in (store.folder / "tiles").iterdir()] == [folder.name]
    insert_batch_of_squares(store, 2, "B2")
    for one in (tiles, again):
        found = shown(one.tile(EVERYTHING, actor(), AT, since=one.newest()), tmp_path)
        assert len(found) == 8
    (other,) = (store.folder / "tiles").iterdir()
    assert other != folder


def test_files_that_are_broken_are_made_anew(store, tiles, tmp_path):
    tiles.prepare()
    (folder,) = (store.folder / "tiles").iterdir()
    (folder / "codes.npy").write_bytes(b"nonsense")
    again = PatchTiles(store, PatchLayers(store))
    assert len(shown(again.tile(EVERYTHING, actor(), AT, since=0), tmp_path)) == 6


def test_the_page_tells_the_map_where_its_tiles_are(store, tiles):
    layer = tile_layer(tiles, EVERYTHING, actor(), title="T")
    token = layer.address.split("/")[2]
    assert MapLayer.of_token(token) == EVERYTHING
    assert layer.since == tiles.newest()
    assert layer.epoch <= layer.since
    assert layer.count_below == 0


@pytest.mark.parametrize(
    "layer",
    [
        EVERYTHING,
        MapLayer(
            "员 1",
            Role.RANGER,
            (
                PatchFilter(stages=(Stage.ISSUED,), search="{{ 7*7 }}", overdue_on=TODAY),
                PatchFilter(grids=("G'1", '"2"'), located=False, has_alert=True),
            ),
            Scheme(ColourBy.BATCH, TODAY, ("<b>", "${x}")),
        ),
    ],
)
def test_an_address_says_the_whole_layer(layer):
    token = layer.token()
    assert MapLayer.of_token(token) == layer
    assert replace(layer).token() == token
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize(
    "token",
    ["", "x", "../../etc", "eJyrVkrLz1eyUkpKLFKqBQAdegQ0", EVERYTHING.token()[:-6], "A" * 9_000],
)
def test_an_address_of_nobody_is_refused(token):
    with pytest.raises(NotFound, match="tile_address"):
        MapLayer.of_token(token)


def test_an_address_cannot_blow_up():
    packed = zlib.compress(b"[" * 50_000_000, 9)
    with pytest.raises(NotFound, match="tile_address"):
        MapLayer.of_token(base64.urlsafe_b64encode(packed).decode())
