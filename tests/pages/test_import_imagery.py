"""An image comes in on the screen, with the day on which it was taken."""

from datetime import date
from pathlib import Path

from geo.workflow.imagery import list_images
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import OpenPage
from tests.pages.seen import button, press, said, upload
from tests.pages.wizard import choose_kind
from tests.pictures import make_geotiff


def test_an_image_is_imported_with_its_day(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    content = make_geotiff(tmp_path / "a.tif").read_bytes()
    app = open_page("importing", person="I01")
    choose_kind(app, "影像")
    upload(app, ("前期.tif", content))
    assert button(app, "导入影像").disabled
    app.date_input[0].set_value(date(2025, 8, 21)).run()
    press(app, "导入影像")
    assert "已导入影像 1“前期”：2025-08-21" in said(app)
    with open_workspace(str(workspace)) as store:
        (image,) = list_images(store, actor_of(store, "I01"))
    assert (image.title, image.taken_on) == ("前期", date(2025, 8, 21))
    upload(app, ("again.tif", content))
    app.date_input[0].set_value(date(2025, 8, 21)).run()
    press(app, "导入影像")
    assert "这个文件已经是影像 1" in said(app)


def test_what_is_no_image_is_said(workspace: Path, open_page: OpenPage, tmp_path: Path) -> None:
    app = open_page("importing", lang="en")
    choose_kind(app, "Imagery")
    upload(app, ("x.tif", make_geotiff(tmp_path / "a.tif", crs=None).read_bytes()))
    app.date_input[0].set_value(date(2025, 8, 21)).run()
    press(app, "Import the image")
    assert "x.tif does not name its coordinate system" in said(app)
