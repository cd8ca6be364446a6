"""``import patches | grids | admin | permits | reserves | reference``: options for any layer."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.cli.field_pairs import Fields, field_pairs
from geo.cli.problem_lines import problem_lines
from geo.cli.run import Answer, Run, verb
from geo.model.layer_kinds import LayerKind
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.import_reference import import_reference
from geo.workflow.import_report import write_import_report
from geo.workflow.importing import ImportReport, Outcome, examine
from geo.workflow.importing import inspect as inspect_layer
from geo.workflow.intake import ImportOptions
from geo.workflow.redelivery import RedeliveryReport, apply_delivery, compare_delivery
from geo.workflow.templates import template_named

SHOWN_DIFFERENCES = 20

_FILE = Annotated[Path, typer.Argument(help="File / 文件")]
# What can be said of any layer: option to its annotation and default.
_OPTIONS: Mapping[str, tuple[Any, Any]] = {
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
_BATCH: Mapping[str, tuple[Any, Any]] = {
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
_NAME: Mapping[str, tuple[Any, Any]] = {
    "name": (Annotated[str | None, typer.Option("--name", help="Name of the layer / 图层名")], None)
}
_OWN: Mapping[LayerKind, Mapping[str, tuple[Any, Any]]] = {
    LayerKind.PATCHES: _BATCH,
    LayerKind.GRIDS: {},
}
_DOCS: Mapping[LayerKind, str] = {
    LayerKind.PATCHES: "Import a delivery of change patches / 导入图斑.",
    LayerKind.GRIDS: "Import patrol grids / 导入网格.",
    LayerKind.ADMIN: "Import administrative units / 导入行政区.",
    LayerKind.PERMITS: "Import permits with their approved extents / 导入审批范围.",
    LayerKind.RESERVES: "Import reserves / 导入保护地.",
    LayerKind.REFERENCE: "Import any other layer to compare with / 导入其他参考图层.",
}


@dataclass(frozen=True, slots=True)
class _Asked:
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
            fields = template_fields(self, said["template"]) | fields
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


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    for kind in LayerKind:
        own = _OWN.get(kind, _NAME)
        verb(app, str(kind))(_bringer(kind, {**_OPTIONS, **own}))


def _bringer(kind: LayerKind, options: Mapping[str, tuple[Any, Any]]) -> Callable[..., Answer]:
    def bring(run: Run, file: Path, **said: Any) -> Answer:
        return _bring(_Asked(run, kind, file, said))

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("run", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Run),
        inspect.Parameter("file", keyword, annotation=_FILE),
        *(
            inspect.Parameter(name, keyword, default=default, annotation=annotation)
            for name, (annotation, default) in options.items()
        ),
    ]
    vars(bring)["__signature__"] = inspect.Signature(parameters)
    bring.__doc__, bring.__name__ = _DOCS[kind], str(kind)
    return bring


def template_fields(asked: _Asked, name: str) -> dict[str, str]:
    """Take the fields of a saved mapping that this file has."""
    run = asked.run
    template = template_named(run.store, run.actor, asked.kind, name)
    intake_fields = inspect_fields(asked)
    return {column: field for column, field in template.fields.items() if field in intake_fields}


def inspect_fields(asked: _Asked) -> frozenset[str]:
    """List the fields of the layer that is meant."""
    from geo.workflow.look_into import layers_of  # noqa: PLC0415 - only with a template

    wanted = asked.options["layer"]
    return frozenset(
        field
        for layer in layers_of(asked.file, encoding=asked.options["encoding"])
        if wanted in {None, layer.name}
        for field in layer.fields
    )


def _bring(asked: _Asked) -> Answer:
    run = asked.run
    if asked.options["dry_run"]:
        with run.progress("cli.reading"):
            report = examine(
                run.store, run.actor, asked.file, asked.kind, asked.import_options(accepts=True)
            )
        return _examined(asked, report)
    if asked.options.get("corrects"):
        return _correct(asked)

    def act(accepts: bool) -> ImportReport:
        with run.progress("cli.reading"):
            return _import(asked, asked.import_options(accepts=accepts))

    return _imported(asked, run.confirmed(act))


def _import(asked: _Asked, options: ImportOptions) -> ImportReport:
    run, file = asked.run, asked.file
    if asked.kind is LayerKind.PATCHES:
        batch = asked.options["batch"]
        return import_patches(run.store, run.actor, file, at=run.at, batch=batch, options=options)
    if asked.kind is LayerKind.GRIDS:
        return import_grids(run.store, run.actor, file, at=run.at, options=options)
    name = asked.options["name"]
    return import_reference(
        run.store, run.actor, file, asked.kind, at=run.at, name=name, options=options
    )


def _correct(asked: _Asked) -> Answer:
    """Compare a corrected delivery with its batch, and take it over where that is confirmed."""
    run, options = asked.run, asked.import_options(accepts=asked.run.accepts)
    batch = asked.options["batch"] or asked.file.stem
    with run.progress("cli.reading"):
        intake = inspect_layer(run.store, run.actor, asked.file, asked.kind, options)
        comparison = compare_delivery(run.store, run.actor, intake, batch)

    def act(accepts: bool) -> RedeliveryReport:
        confirmed = asked.import_options(accepts=accepts)
        return apply_delivery(
            run.store, run.actor, comparison, intake, at=run.at, options=confirmed
        )

    rows = comparison.as_rows(run.lang)
    if not run.accepts and not run.is_json:
        for line in _difference_lines(run, rows):
            run.words.print(line, markup=False)
    report = run.confirmed(act)
    data = report.as_json(run.lang) | {"differences": rows}
    counts = ", ".join(
        f"{run.say(f'difference.{name}')} {count}" for name, count in report.counts.items() if count
    )
    lines = [run.say("cli.corrected", batch=report.batch, counts=counts)]
    lines += _difference_lines(run, rows)
    if report.outcome is Outcome.REFUSED:
        message = run.say("error.rows_refused", path=asked.file, count=report.refused)
        data |= {"error": "rows_refused", "message": message}
        return Answer(data, [message, *problem_lines(run, report.problems)], is_refused=True)
    return Answer(data, lines)


def _difference_lines(run: Run, rows: Sequence[Mapping[str, object]]) -> list[str]:
    lines = ["  ".join(str(v) for v in row.values() if v) for row in rows[:SHOWN_DIFFERENCES]]
    if len(rows) > SHOWN_DIFFERENCES:
        lines.append(run.say("cli.more_differences", count=len(rows) - SHOWN_DIFFERENCES))
    return lines


def _examined(asked: _Asked, report: ImportReport) -> Answer:
    run = asked.run
    _save(asked, report)
    lines = [
        run.say(
            "cli.examined",
            source=report.source_name,
            rows_read=report.rows_read,
            repaired=report.repaired,
            refused=report.refused,
            crs=report.crs,
            encoding=report.encoding,
        ),
        *(
            run.say(
                "cli.proposed",
                what=run.say(p.said[0], **p.said[1]),
                because=run.say(p.reason, **p.reason_values),
            )
            for p in report.proposals
        ),
        *(run.say(f"crs_clash.{code}") for code in report.contradictions),
        *problem_lines(run, report.problems),
    ]
    return Answer(report.as_json(run.lang), lines)


def _imported(asked: _Asked, report: ImportReport) -> Answer:
    run = asked.run
    _save(asked, report)
    data = report.as_json(run.lang)
    if report.outcome is Outcome.UNCHANGED:
        return Answer(data, [run.say("cli.import_unchanged", name=report.name)])
    lines = problem_lines(run, report.problems)
    if report.outcome is Outcome.REFUSED:
        message = run.say("error.rows_refused", path=asked.file, count=report.refused)
        data |= {"error": "rows_refused", "message": message}
        return Answer(data, [message, *lines], is_refused=True)
    done = run.say(
        "cli.import_done",
        name=report.name,
        rows_read=report.rows_read,
        taken=report.taken,
        repaired=report.repaired,
        refused=report.refused,
        crs=report.crs,
        encoding=report.encoding,
    )
    return Answer(data, [done, *lines])


def _save(asked: _Asked, report: ImportReport) -> None:
    if asked.options["report"] is not None:
        write_import_report(report, asked.options["report"], asked.run.lang)
