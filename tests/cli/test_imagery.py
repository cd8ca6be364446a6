"""The verbs of imagery, as a person calls them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.conftest import Geo
from tests.pictures import make_geotiff

DAY = ("--date", "2026-05-01")


def test_an_image_is_imported_listed_and_taken_out(geo: Geo, tmp_path: Path) -> None:
    path = make_geotiff(tmp_path / "a.tif", alpha=True, clear_from_column=300, bands=3)
    said = geo("import", "imagery", path, *DAY, "--title", "五月", lang="zh", is_json=False)
    assert (said.exit_code, said.err) == (0, "")
    assert "已导入影像 1“五月”：2026-05-01，像元 2.00 米，可用像元 50%" in said.out
    again = geo("import", "imagery", path, *DAY)
    assert again.data["outcome"] == "unchanged"
    listed = geo("imagery", "list", is_json=False)
    assert "2026-05-01" in listed.out
    assert geo("imagery", "remove", "1").data["removed"] is True
    assert geo("imagery", "list").data == {"count": 0, "images": []}


def test_what_is_asked_wrongly_is_said(geo: Geo, tmp_path: Path) -> None:
    path = make_geotiff(tmp_path / "a.tif")
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    for words, code in (
        ((path,), "image_no_date"),
        ((path, "--date", tomorrow), "image_date_future"),
        ((path, "--date", "1.5.2026"), "date_bad"),
        ((path, *DAY, "--bands", "red"), "image_bands_bad"),
        ((path, *DAY, "--bands", "9"), "image_band_absent"),
        ((path, *DAY, "--url", "http://a/{z}/{x}/{y}"), "image_source_needed"),
        (("--kind", "geotiff", *DAY), "image_source_needed"),
        ((), "image_source_needed"),
        (("--kind", "xyz", "--url", "http://a/{z}"), "image_address_bad"),
        (("--kind", "tianditu"), "image_key_variable_bad"),
    ):
        said = geo("import", "imagery", *words)
        assert (said.exit_code, said.data["error"]) == (1, code), words


def test_a_map_service_is_registered_without_its_key(geo: Geo) -> None:
    key = ("--key-variable", "SKYGROUND_KEY_TDT")
    data = geo("import", "imagery", "--kind", "tianditu", *key, "--title", "天地图").data
    assert (data["source"], data["key_variable"]) == ("t0.tianditu.gov.cn", "SKYGROUND_KEY_TDT")
    address = "http://10.0.0.8/{z}/{x}/{y}.png"
    data = geo("import", "imagery", "--kind", "xyz", "--url", address, "--gcj02").data
    assert (data["shift"], data["taken_on"]) == ("gcj02", None)
