"""What can be said of a file when it is imported: one set of options for every kind of layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.cli.field_pairs import Fields, field_pairs
from geo.cli.run import Run
from geo.model.layer_kinds import LayerKind
from geo.model.templates import fill_columns
from geo.workflow.import_report import check_report_place, write_import_report
from geo.workflow.importing import ImportReport
from geo.workflow.intake import ImportOptions
from geo.workflow.look_into import layers_of
from geo.workflow.templates import template_named

FILE = Annotated[Path, typer.Argument(help="File / 文件")]
# What can be said of any layer: option to its annotation and default.
OPTIONS: Mapping[str, tuple[Any, Any]] = {
    "layer": (Annotated[str | None, typer.Option("--layer", help="Layer / 图层")], None),
    "field": (Fields, None),
    "template": (
        Annotated[
            str | None, typer.Option("--template", help="Saved field mapping / 已保存的字段对应")
        ],
        None,
    ),
    "make_codes": (
        Annotated[bool, typer.Option("--make-codes", help="Number the rows / 按行号编号")],
        False,
    ),
    "crs": (
        Annotated[
            str | None,
            typer.Option("--crs", help="Coordinate system, like EPSG:4528 / 坐标系"),
        ],
        None,
    ),
    "swap_axes": (
        Annotated[
            bool | None,
            typer.Option("--north-first/--east-first", help="Order of the numbers / 坐标先后"),
        ],
        None,
    ),
    "shift": (
        Annotated[
            str | None,
            typer.Option("--shift", help="Offset to take out: gcj02, bd09, none / 去除偏移"),
        ],
        None,
    ),
    "encoding": (
        Annotated[str | None, typer.Option("--encoding", help="Of texts, like GB18030 / 编码")],
        None,
    ),
    "skip_refused": (
        Annotated[bool, typer.Option("--skip-refused", help="Leave bad rows out / 跳过有问题的行")],
        False,
    ),
    "dry_run": (
        Annotated[
            bool, typer.Option("--dry-run", help="Report only, write nothing / 只报告，不写入")
        ],
        False,
    ),
    "report": (
        Annotated[
            Path | None, typer.Option("--report", help="Write the report as XLSX / 报告另存为 XLSX")
        ],
        None,
    ),
}
BATCH: Mapping[str, tuple[Any, Any]] = {
    "batch": (
        Annotated[str | None, typer.Option("--batch", help="Name of the batch / 批次名")],
        None,
    ),
    "corrects": (
        Annotated[
            bool,
            typer.Option("--corrects", help="A corrected delivery of this batch / 该批次的更正件"),
        ],
        False,
    ),
}
NAME: Mapping[str, tuple[Any, Any]] = {
    "name": (Annotated[str | None, typer.Option("--name", help="Name of the layer / 图层名")], None)
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: the file, what is said of it, and what its kind takes besides."""

    run: Run
    kind: LayerKind
    file: Path
    options: Mapping[str, Any]

    def import_options(self, *, accepts: bool) -> ImportOptions:
        """Put together what an import takes."""
        said, run = self.options, self.run
        fields = field_pairs(run, said["field"])
        if said["template"]:
            fields = self._template_fields(said["template"]) | fields
        shift = said["shift"]
        if shift not in {None, "none", "gcj02", "bd09"}:
            raise typer.BadParameter(run.say("cli.shift_names", value=shift))
        return ImportOptions(
            layer=said["layer"],
            fields=fields,
            crs=said["crs"],
            encoding=said["encoding"],
            swaps_axes=said["swap_axes"],
            shift=shift,
            makes_codes=said["make_codes"],
            accept_proposals=accepts,
            skip_refused=said["skip_refused"],
        )

    def check_report(self) -> None:
        """Refuse a place where the report cannot be written, before anything else is done.

        Raises
        ------
        FileRefused
            ``cannot_write``.
        """
        if self.options["report"] is not None:
            check_report_place(self.options["report"])

    def save_report(self, report: ImportReport) -> None:
        """Write the report as a workbook where that was asked for."""
        if self.options["report"] is not None:
            write_import_report(report, self.options["report"], self.run.lang)

    def _template_fields(self, name: str) -> dict[str, str]:
        """Take the fields of a saved mapping that this file has."""
        template = template_named(self.run.store, self.run.actor, self.kind, name)
        wanted = self.options["layer"]
        fields = {
            field
            for layer in layers_of(self.file, encoding=self.options["encoding"])
            if wanted in {None, layer.name}
            for field in layer.fields
        }
        return fill_columns(template, fields)
