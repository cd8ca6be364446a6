"""The import door on the command line: looking, saying what is what, correcting, templates."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

from geo.model.layer_kinds import LayerKind
from geo.shapes.gcj import Shifted, to_shifted
from geo.store.door import Store
from geo.text import say
from tests.cli.conftest import SAMPLE, Geo, geo_in
from tests.deliveries import grids_frame, patches_frame, square, write_file
from tests.office import everything_in

DONE, REFUSED = 0, 1
BATCH = ("--batch", "B1")
WRITTEN = {"outcome", "taken", "name"}


def written_in(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    with Store.open(folder / "workspace") as store:
        return everything_in(store)


def layer_of(kind: LayerKind, folder: Path) -> Path:
    """A small file of each kind, in names that need no help."""
    shapes = {"geometry": [square(0), square(2)]}
    columns: dict[str, list[str]] = {
        LayerKind.ADMIN: {"XZQDM": ["159901001", "159901002"], "XZQMC": ["甲苏木", "乙苏木"]},
        LayerKind.PERMITS: {"SH_WH": ["林资许准〔2026〕1号", "2号"], "XMMC": ["道路", "光伏"]},
        LayerKind.RESERVES: {"WF_ZRBHD_MC": ["甲保护区", "乙保护区"]},
        LayerKind.REFERENCE: {"NAME": ["甲", "乙"]},
    }.get(kind, {})
    frames = {
        LayerKind.PATCHES: patches_frame(("1", "2")),
        LayerKind.GRIDS: grids_frame({"G1": square(0), "G2": square(2)}),
    }
    frame = frames.get(kind)
    if frame is None:
        frame = gpd.GeoDataFrame(columns | shapes, crs="EPSG:4528")
    return write_file(frame, folder / f"{kind}.gpkg")


# ---- Looking without writing --------------------------------------------------------------------


@pytest.mark.parametrize("kind", LayerKind)
def test_a_dry_run_writes_nothing_and_says_what_an_import_would(
    geo: Geo, tmp_path: Path, kind: LayerKind
) -> None:
    path = layer_of(kind, tmp_path)
    before = written_in(tmp_path)
    looked = geo("import", kind, path, "--dry-run")
    assert (looked.exit_code, looked.data["outcome"], looked.data["taken"]) == (DONE, "examined", 0)
    assert written_in(tmp_path) == before
    done = geo("import", kind, path, "--yes")
    assert (done.exit_code, done.data["outcome"], done.data["taken"]) == (DONE, "imported", 2)
    assert written_in(tmp_path) != before
    assert list(looked.data) == list(done.data)
    told = {key: value for key, value in done.data.items() if key not in WRITTEN}
    assert {key: looked.data[key] for key in told} == told


def test_a_dry_run_of_a_file_with_mistakes_lists_them_all_and_ends_well(
    geo: Geo, tmp_path: Path
) -> None:
    path = write_file(patches_frame(("1", "1", "")), tmp_path / "x.gpkg")
    before = written_in(tmp_path)
    said = geo("import", "patches", path, "--dry-run")
    assert (said.exit_code, said.err) == (DONE, "")
    assert (said.data["outcome"], said.data["refused"]) == ("refused", 3)
    assert [p["code"] for p in said.data["problems"]] == ["duplicate_code"] * 2 + ["no_code"]
    assert written_in(tmp_path) == before


def test_a_dry_run_needs_no_confirmation_and_says_what_would(geo: Geo, tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.zip", without=("prj", "cpg"))
    said = geo("import", "patches", path, "--dry-run", is_json=False, lang="zh")
    assert said.exit_code == DONE
    assert "需确认：编号取自字段 PAN_NO_TB" in said.out
    assert "需确认：坐标系是 EPSG:4528" in said.out
    assert "没有写入任何内容" in said.out


def test_a_file_that_cannot_be_read_is_refused_in_a_dry_run_too(geo: Geo, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_text("not a database")
    before = written_in(tmp_path)
    said = geo("import", "patches", path, "--dry-run")
    assert (said.exit_code, set(said.data)) == (REFUSED, {"error", "message"})
    assert written_in(tmp_path) == before


# ---- Reports ------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--dry-run", "--skip-refused"])
def test_the_report_opens_as_a_workbook_in_which_nothing_is_calculated(
    geo: Geo, tmp_path: Path, option: str
) -> None:
    formula = "=HYPERLINK(1)"
    frame = patches_frame(("1", "2", "2"), **{formula: ["a", "b", "c"]})
    path = write_file(frame, tmp_path / "=1+1.gpkg", layer="x")
    report = tmp_path / "报告.xlsx"
    words = ("--yes", "--report", report, "--field", f"remark={formula}")
    said = geo("import", "patches", path, option, *words)
    assert (said.exit_code, said.data["mapping"]["remark"]) == (DONE, formula)
    sheets = openpyxl.load_workbook(report).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    texts = [str(cell.value) for cell in cells]
    assert {formula, "=1+1.gpkg"} <= set(texts), "what could be a formula is there"
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert [p["text"] for p in said.data["problems"] if p["text"] not in texts] == []


def test_a_refused_import_leaves_its_report_in_the_readers_language(
    geo: Geo, tmp_path: Path
) -> None:
    path = write_file(patches_frame(("1", "1")), tmp_path / "x.gpkg")
    report = tmp_path / "r.xlsx"
    said = geo("import", "patches", path, "--yes", "--report", report, lang="zh")
    assert (said.exit_code, said.data["error"]) == (REFUSED, "rows_refused")
    assert openpyxl.load_workbook(report).sheetnames == ["概况", "问题", "字段", "坐标系"]


def test_rows_that_are_left_out_are_counted(geo: Geo, tmp_path: Path) -> None:
    path = write_file(patches_frame(("1", "2", "2")), tmp_path / "x.gpkg")
    said = geo("import", "patches", path, "--yes", "--skip-refused").data
    assert (said["taken"], said["refused"], said["skipped"]) == (1, 2, 2)


# ---- Saying what is what ------------------------------------------------------------------------


def test_numbers_are_made_where_no_field_holds_them_and_somebody_says_so(
    geo: Geo, tmp_path: Path
) -> None:
    frame = patches_frame()[["BEIZHU", "geometry"]]
    path = write_file(frame, tmp_path / "x.gpkg")
    said = geo("import", "patches", path, "--yes")
    assert (said.exit_code, said.data["error"]) == (REFUSED, "field_needed")
    said = geo("import", "patches", path, "--make-codes")
    assert (said.exit_code, said.data["proposals"]) == (DONE, [])
    assert [p["patch_code"] for p in geo("list").data["patches"]] == ["1", "2", "3"]


@pytest.fixture
def northings_first(tmp_path: Path) -> Path:
    """Squares in degrees, latitude before longitude."""
    frame = patches_frame().to_crs("EPSG:4490")
    frame.geometry = frame.geometry.map(_turned)
    return write_file(frame.set_crs("EPSG:4490", allow_override=True), tmp_path / "北.gpkg")


def _turned(shape: Any) -> Any:
    return type(shape)([(north, east) for east, north in shape.exterior.coords])


def test_the_order_of_coordinates_is_proposed_and_can_be_said(
    geo: Geo, northings_first: Path
) -> None:
    code = ("--field", "code=PAN_NO_TB")
    found_out = geo("import", "patches", northings_first, *code, "--dry-run").data
    assert found_out["swaps_axes"]
    assert "axes" in {p["what"] for p in found_out["proposals"]}
    system = ("--crs", "EPSG:4490")
    wrong = geo("import", "patches", northings_first, *code, *system, "--east-first")
    assert (wrong.exit_code, wrong.data["error"]) == (REFUSED, "crs_implausible")
    said = geo("import", "patches", northings_first, *code, *system, "--north-first")
    assert (said.exit_code, said.data["swaps_axes"], said.data["proposals"]) == (DONE, True, [])
    assert said.data["area_ha"] == pytest.approx(3.0, abs=0.01)


@pytest.fixture
def shifted(geo: Geo, tmp_path: Path) -> Path:
    """The grids of the sample as patches drawn on a Chinese web map; the grids are known."""
    assert geo("import", "grids", SAMPLE / "grids.gpkg", "--yes").exit_code == DONE
    frame = pyogrio.read_dataframe(SAMPLE / "grids.gpkg")[["WGBH", "geometry"]].to_crs("EPSG:4490")
    frame.geometry = to_shifted(frame.geometry.to_numpy(), Shifted.GCJ02)
    return write_file(frame.rename(columns={"WGBH": "TBBH"}), tmp_path / "偏.gpkg")


def test_the_offset_of_web_maps_is_proposed_and_can_be_said(geo: Geo, shifted: Path) -> None:
    words = ("import", "patches", shifted, "--field", "code=TBBH")
    found_out = geo(*words)
    assert (found_out.exit_code, found_out.data["error"]) == (REFUSED, "proposals_open")
    looked = geo(*words, "--dry-run").data
    assert (looked["shift"], [p["what"] for p in looked["proposals"]]) == ("gcj02", ["offset"])
    as_it_is = geo(*words, "--shift", "none", "--dry-run").data
    assert (as_it_is["shift"], as_it_is["proposals"]) == (None, [])
    done = geo(*words, "--shift", "gcj02")
    assert (done.exit_code, done.data["shift"], done.data["proposals"]) == (DONE, "gcj02", [])
    assert geo("locate").data["outside"] == 0
    shares = {(p["grid_code"] == p["patch_code"], p["share"] > 0.99) for p in _patches(geo)}
    assert shares == {(True, True)}


def _patches(geo: Geo) -> list[dict[str, Any]]:
    patches: list[dict[str, Any]] = geo("list").data["patches"]
    return patches


def test_a_reference_layer_of_the_same_name_is_replaced(geo: Geo, tmp_path: Path) -> None:
    words = ("--name", "保护地", "--yes")
    first, second = (layer_of(LayerKind.RESERVES, tmp_path / name) for name in ("a", "b"))
    assert geo("import", "reserves", first, *words).data["name"] == "保护地"
    assert geo("import", "reserves", first).data["outcome"] == "unchanged"
    frame = gpd.read_file(second).head(1)
    assert geo("import", "reserves", write_file(frame, second), *words).data["taken"] == 1
    tables = written_in(tmp_path)
    assert [len(tables[name]) for name in ("reference_layer", "reference_feature")] == [1, 1]


# ---- Corrected deliveries -----------------------------------------------------------------------


@pytest.fixture
def corrected(geo: Geo, tmp_path: Path) -> Iterator[Path]:
    """A batch of three is there; this file moves the land class of one and leaves one out."""
    first = write_file(patches_frame(), tmp_path / "first.gpkg")
    assert geo("import", "patches", first, *BATCH, "--yes").exit_code == DONE
    frame = patches_frame(("1", "2"), PAN_DILEI=["建设用地", "采矿用地"])
    yield write_file(frame, tmp_path / "again.gpkg")
    assert geo("verify").data["broken"] == []


def test_a_corrected_delivery_is_shown_before_it_is_applied(
    geo: Geo, tmp_path: Path, corrected: Path
) -> None:
    before = written_in(tmp_path)
    said = geo("import", "patches", corrected, *BATCH, "--corrects", is_json=False)
    assert (said.exit_code, written_in(tmp_path)) == (REFUSED, before)
    assert "No longer delivered" in said.out
    assert "Land class after" in said.out


def test_a_corrected_delivery_is_applied(geo: Geo, corrected: Path) -> None:
    said = geo("import", "patches", corrected, *BATCH, "--corrects", "--yes")
    assert (said.exit_code, said.data["outcome"]) == (DONE, "imported")
    assert {name: n for name, n in said.data["counts"].items() if n} == {
        "unchanged": 1,
        "changed": 1,
        "gone": 1,
    }
    assert [(d["code_before"], d["columns"]) for d in said.data["differences"]] == [
        ("2", ["land_after"]),
        ("3", []),
    ]
    assert geo("show", "2").data["land_after"] == "采矿用地"
    again = geo("import", "patches", corrected, *BATCH, "--corrects", "--yes")
    assert (again.exit_code, again.data["outcome"]) == (DONE, "unchanged")


@pytest.fixture
def outcome_in(tmp_path: Path) -> Callable[[Path], str]:
    def outcome(report: Path) -> str:
        cells = openpyxl.load_workbook(report).worksheets[0].iter_rows(values_only=True)
        return next(str(row[1]) for row in cells if row[0] == "结果")

    return outcome


def test_the_report_of_a_correction_says_what_happened(
    geo: Geo, tmp_path: Path, corrected: Path, outcome_in: Callable[[Path], str]
) -> None:
    report = tmp_path / "r.xlsx"
    words = ("import", "patches", corrected, *BATCH, "--corrects", "--report", report)
    assert geo(*words).data["error"] == "correction_open"
    assert not report.exists(), "nothing has happened"
    for more, word in (
        ("--dry-run", "examined"),
        ("--yes", "imported"),
        ("--yes", "unchanged"),
    ):
        geo(*words, more, lang="zh")
        assert outcome_in(report) == say(f"import_outcome.{word}", "zh")
    bad = write_file(patches_frame(("1", "2", "2")), tmp_path / "bad.gpkg")
    words = ("import", "patches", bad, *BATCH, "--corrects", "--report", report, "--yes")
    assert geo(*words, lang="zh").data["error"] == "rows_refused"
    assert outcome_in(report) == say("import_outcome.refused", "zh")


def test_a_report_that_cannot_be_written_stops_the_correction(
    geo: Geo, tmp_path: Path, corrected: Path
) -> None:
    before = written_in(tmp_path)
    report = tmp_path / "first.gpkg" / "r.xlsx"
    words = ("import", "patches", corrected, *BATCH, "--corrects", "--yes")
    said = geo(*words, "--report", report)
    assert (said.exit_code, said.data["error"]) == (REFUSED, "cannot_write")
    assert written_in(tmp_path) == before


def test_a_correction_is_read_like_its_batch_unless_somebody_says_otherwise(
    geo: Geo, odd_file: Path
) -> None:
    own = ("--field", "land_before=PAN_DILEI", "--field", "land_after=")
    assert geo("import", "patches", odd_file, *KEPT, *own, *BATCH).exit_code == DONE
    frame = gpd.read_file(odd_file).assign(PAN_DILEI=["建设用地", "采矿用地", "建设用地"])
    again = write_file(frame, odd_file.with_name("again.gpkg"))
    words = ("import", "patches", again, *BATCH, "--corrects", "--yes")
    looked = geo(*words, "--dry-run").data
    assert looked["mapping"]["code"] == "甲"
    assert looked["mapping"]["land_before"] == "PAN_DILEI"
    told = [(d["code_after"], d["columns"]) for d in looked["differences"]]
    assert told == [("8", ["land_before"])]
    otherwise = geo(*words, "--dry-run", "--field", "remark=PAN_DILEI").data["mapping"]
    assert (otherwise["remark"], "land_before" in otherwise) == ("PAN_DILEI", False)
    assert geo(*words).data["outcome"] == "imported"
    assert geo("show", "8").data["land_before"] == "采矿用地"


def test_a_batch_that_is_not_there_cannot_be_corrected(geo: Geo, corrected: Path) -> None:
    said = geo("import", "patches", corrected, "--batch", "B9", "--corrects", "--yes")
    assert (said.exit_code, said.data["error"]) == (REFUSED, "batch_unknown")


def test_what_was_corrected_waits_until_somebody_has_looked(geo: Geo, corrected: Path) -> None:
    assert geo("list", "--alert").data["count"] == 0
    geo("import", "patches", corrected, *BATCH, "--corrects", "--yes")
    assert [p["patch_code"] for p in geo("list", "--alert").data["patches"]] == ["3"]
    assert "更正数据中没有" in geo("list", "--alert", is_json=False, lang="zh").out
    assert geo("show", "3").data["alert"] == "gone"
    for lang, word in (("zh", "更正数据中没有"), ("en", "Not in the corrected delivery")):
        assert word in geo("show", "3", is_json=False, lang=lang).out
    assert "To look at" not in geo("show", "2", is_json=False).out
    said = geo("settle", "3")
    assert (said.exit_code, said.data["error"]) == (REFUSED, "reason_needed")
    said = geo("settle", "3", "--reason", "已核对", "--as", "ranger-1")
    assert said.exit_code == REFUSED
    said = geo("settle", "3", "--reason", "已核对")
    assert (said.exit_code, said.data["settled"], said.data["stage"]) == (DONE, "gone", "issued")
    assert geo("list", "--alert").data["count"] == 0
    assert geo("history", "3").data["events"][-1]["reason"] == "已核对"


# ---- Templates ----------------------------------------------------------------------------------

ODD = {"甲": ["7", "8", "9"], "乙": ["421", "51", "422"]}
KEPT = ("--field", "code=甲", "--field", "cause=乙")


@pytest.fixture
def odd_file(tmp_path: Path) -> Path:
    """A delivery whose names nobody knows."""
    frame = patches_frame(**ODD).drop(columns=["PAN_NO_TB", "PAN_BHYY"])
    return write_file(frame, tmp_path / "怪.gpkg")


def test_a_saved_template_fills_the_columns(geo: Geo, odd_file: Path) -> None:
    assert geo("template", "save", "patches", "怪", *KEPT).exit_code == DONE
    words = ("import", "patches", odd_file, "--template", "怪")
    said = geo(*words)
    assert (said.exit_code, said.data["proposals"]) == (DONE, [])
    assert (said.data["mapping"]["code"], said.data["mapping"]["cause"]) == ("甲", "乙")
    assert [p["cause"] for p in _patches(geo)] == ["421", "51", "422"]


def test_a_field_that_is_named_goes_before_the_template(geo: Geo, odd_file: Path) -> None:
    geo("template", "save", "patches", "怪", *KEPT)
    words = ("--template", "怪", "--field", "cause=PAN_DILEI", "--dry-run")
    mapping = geo("import", "patches", odd_file, *words).data["mapping"]
    assert (mapping["code"], mapping["cause"]) == ("甲", "PAN_DILEI")


def test_a_template_for_another_kind_of_layer_is_not_known(geo: Geo, odd_file: Path) -> None:
    geo("template", "save", "grids", "怪", "--field", "code=甲")
    said = geo("import", "patches", odd_file, "--template", "怪", "--yes")
    assert (said.exit_code, said.data["error"]) == (REFUSED, "template_unknown")


def test_a_template_goes_to_another_office_and_comes_back_the_same(
    geo: Geo, tmp_path: Path
) -> None:
    geo("template", "save", "patches", "怪", *KEPT)
    file = tmp_path / "out" / "怪.json"
    assert geo("template", "export", "patches", "怪", "--out", file).exit_code == DONE
    other = geo_in(tmp_path / "other")
    other("init")
    brought = other("template", "import", file)
    assert (brought.exit_code, brought.data["replaced"]) == (DONE, False)
    shown = other("template", "show", "patches", "怪").data
    assert shown == geo("template", "show", "patches", "怪").data
    assert shown["fields"] == {"code": "甲", "cause": "乙"}
    assert other("template", "export", "patches", "怪", "--out", tmp_path / "b.json").exit_code == 0
    assert (tmp_path / "b.json").read_bytes() == file.read_bytes()


def test_another_template_of_the_name_is_replaced_only_if_somebody_says_so(
    geo: Geo, tmp_path: Path
) -> None:
    geo("template", "save", "patches", "怪", *KEPT)
    file = tmp_path / "怪.json"
    geo("template", "export", "patches", "怪", "--out", file)
    assert geo("template", "import", file).data["replaced"] is False, "it is the same one"
    geo("template", "save", "patches", "怪", "--field", "code=丙")
    said = geo("template", "import", file)
    assert (said.exit_code, said.data["error"]) == (REFUSED, "template_exists")
    assert geo("template", "show", "patches", "怪").data["fields"] == {"code": "丙"}
    assert geo("template", "import", file, "--replace").data["replaced"] is True
    assert geo("template", "show", "patches", "怪").data["fields"] == {"code": "甲", "cause": "乙"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{}", "template_unreadable"),
        ("模板".encode("gb18030"), "template_unreadable"),
        (b'"' + b"x" * 100_000 + b'"', "template_too_large"),
    ],
    ids=["empty", "encoding", "size"],
)
def test_what_is_no_template_is_refused(
    geo: Geo, tmp_path: Path, content: bytes, error: str
) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    before = written_in(tmp_path)
    said = geo("template", "import", file, "--replace")
    assert (said.exit_code, said.data["error"]) == (REFUSED, error)
    assert written_in(tmp_path) == before


def test_only_the_office_keeps_templates(geo: Geo, tmp_path: Path) -> None:
    before = written_in(tmp_path)
    said = geo("template", "save", "patches", "怪", *KEPT, "--as", "ranger-1")
    assert (said.exit_code, said.data["error"]) == (REFUSED, "role_not_allowed")
    assert written_in(tmp_path) == before


def test_a_template_steers_no_terminal(geo: Geo) -> None:
    said = geo("template", "show", "patches", "\x1b[2J", is_json=False)
    assert said.exit_code == REFUSED
    assert "\x1b" not in said.out + said.err
