"""What screens ask of imagery is kept, and asked anew once something is registered."""

from datetime import UTC, date, datetime
from pathlib import Path

from geo.model.filters import PatchFilter
from geo.model.imagery import ImageNote
from geo.store import patches
from geo.workflow.import_imagery import import_image
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from pages.parts import cached
from tests.pictures import make_geotiff


def test_a_new_image_is_seen_at_once(demo: Path, tmp_path: Path) -> None:
    with open_workspace(str(demo)) as store:
        actor = actor_of(store, "A01")
        with store.reading(actor) as session:
            patch = patches.find_patches(session, PatchFilter())[0]
            west, _, _, north = patches.outline(session, patch.id).bounds
        assert cached.image_layers(actor) == []
        missing = cached.image_pair(actor, patch)
        assert missing is cached.image_pair(actor, patch)
        assert [r.code for r in missing.before.remarks] == [ImageNote.MISSING]
        path = make_geotiff(tmp_path / "a.tif", corner=(west - 0.001, north + 0.001))
        known = {"taken_on": date(2025, 8, 21), "at": datetime.now(UTC)}
        import_image(store, actor, path, **known)
        (layer,) = cached.image_layers(actor)
        pair = cached.image_pair(actor, patch)
        assert pair.before.layer is not None
        assert pair.before.layer.id == layer.id
