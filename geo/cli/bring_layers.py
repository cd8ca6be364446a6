"""``import patches | grids | admin | permits | reserves | reference``: options for any layer."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import typer

from geo.cli.correct_layers import correct
from geo.cli.layer_options import BATCH, FILE, NAME, OPTIONS, Asked
from geo.cli.problem_lines import problem_lines, rows_refused
from geo.cli.run import Answer, Run, verb
from geo.model.layer_kinds import LayerKind
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.import_reference import import_reference
from geo.workflow.importing import ImportReport, Outcome, examine
from geo.workflow.intake import ImportOptions

_OWN: Mapping[LayerKind, Mapping[str, tuple[Any, Any]]] = {
    LayerKind.PATCHES: BATCH,
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


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    for kind in LayerKind:
        own = _OWN.get(kind, NAME)
        verb(app, str(kind))(_bringer(kind, {**OPTIONS, **own}))


def _bringer(kind: LayerKind, options: Mapping[str, tuple[Any, Any]]) -> Callable[..., Answer]:
    def bring(run: Run, file: Path, **said: Any) -> Answer:
        return _bring(Asked(run, kind, file, said))

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("run", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Run),
        inspect.Parameter("file", keyword, annotation=FILE),
        *(
            inspect.Parameter(name, keyword, default=default, annotation=annotation)
            for name, (annotation, default) in options.items()
        ),
    ]
    vars(bring)["__signature__"] = inspect.Signature(parameters)
    bring.__doc__, bring.__name__ = _DOCS[kind], str(kind)
    return bring


def _bring(asked: Asked) -> Answer:
    run = asked.run
    asked.check_report()
    if asked.options.get("corrects"):
        return correct(asked)
    if asked.options["dry_run"]:
        with run.progress("cli.reading"):
            report = examine(
                run.store,
                run.actor,
                asked.file,
                asked.kind,
                asked.import_options(accepts=True),
                name=asked.options.get("batch") or asked.options.get("name"),
            )
        return _examined(asked, report)

    def act(accepts: bool) -> ImportReport:
        with run.progress("cli.reading"):
            return _import(asked, asked.import_options(accepts=accepts))

    return _imported(asked, run.confirmed(act))


def _import(asked: Asked, options: ImportOptions) -> ImportReport:
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


def _examined(asked: Asked, report: ImportReport) -> Answer:
    run = asked.run
    asked.save_report(report)
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
        *filter(None, [report.hindered(run.lang)]),
    ]
    return Answer(report.as_json(run.lang), lines)


def _imported(asked: Asked, report: ImportReport) -> Answer:
    run = asked.run
    asked.save_report(report)
    data = report.as_json(run.lang)
    if report.outcome is Outcome.UNCHANGED:
        return Answer(data, [run.say("cli.import_unchanged", name=report.name)])
    if report.outcome is Outcome.REFUSED:
        return rows_refused(run, asked.file, report.refused, report.problems, data)
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
    replaced = [run.say("cli.replaced", source=source) for source in report.replaced]
    return Answer(data, [done, *replaced, *problem_lines(run, report.problems)])
