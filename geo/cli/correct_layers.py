"""``import patches --corrects``: a corrected delivery, compared first and then taken over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from geo.cli.layer_options import Asked
from geo.cli.problem_lines import rows_refused
from geo.cli.run import Answer, Run
from geo.errors import NeedsConfirmation
from geo.workflow.comparison import Comparison
from geo.workflow.importing import ImportReport, Outcome, inspect, report_on
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.preview import preview
from geo.workflow.redelivery import (
    RedeliveryReport,
    apply_delivery,
    compare_delivery,
    mapping_of,
)

SHOWN_DIFFERENCES = 20

Rows = Sequence[Mapping[str, object]]


def correct(asked: Asked) -> Answer:
    """Compare a corrected delivery with its batch, and take it over where that is confirmed."""
    run, batch = asked.run, asked.options["batch"] or asked.file.stem
    with run.progress("cli.reading"):
        options, intake = _read(asked, batch)
        comparison = compare_delivery(run.store, run.actor, intake, batch)
    rows = comparison.as_rows(run.lang)
    if asked.options["dry_run"]:
        return _compared(asked, comparison, rows, _save_report(asked, intake, batch))

    def act(accepts: bool) -> RedeliveryReport:
        if not (accepts or comparison.is_unchanged):
            said = _counts(run, comparison)
            raise NeedsConfirmation("correction_open", batch=batch, counts=said)
        confirmed = replace(options, accept_proposals=accepts)
        return apply_delivery(
            run.store, run.actor, comparison, intake, at=run.at, options=confirmed
        )

    report: RedeliveryReport = run.confirmed(act, before=_difference_lines(run, rows))
    _save_report(asked, intake, batch, report.outcome)
    data = report.as_json(run.lang) | {"differences": rows}
    if report.outcome is Outcome.REFUSED:
        return rows_refused(run, asked.file, report.refused, report.problems, data)
    line = run.say("cli.corrected", batch=report.batch, counts=_counts(run, comparison))
    return Answer(data, [line, *_difference_lines(run, rows)])


def _read(asked: Asked, batch: str) -> tuple[ImportOptions, Intake]:
    """Read the file with the mapping of its batch, unless somebody says otherwise."""
    run, options = asked.run, asked.import_options(accepts=asked.run.accepts)
    seen = preview(run.store, run.actor, asked.file, asked.kind, options)
    known = mapping_of(run.store, run.actor, batch, seen.delivery.facts.fields)
    said = options.fields
    kept = {column: name for column, name in known.items() if name not in said.values()}
    options = replace(options, fields={**kept, **said})
    intake = inspect(run.store, run.actor, asked.file, asked.kind, options, delivery=seen.delivery)
    return options, intake


def _save_report(
    asked: Asked, intake: Intake, batch: str, outcome: Outcome = Outcome.EXAMINED
) -> ImportReport:
    report = report_on(intake, outcome, batch, skips=asked.options["skip_refused"])
    asked.save_report(report)
    return report


def _compared(asked: Asked, comparison: Comparison, rows: Rows, seen: ImportReport) -> Answer:
    run = asked.run
    line = run.say("cli.compared", batch=comparison.batch, counts=_counts(run, comparison))
    counts = {str(name): count for name, count in comparison.counts().items()}
    data = {
        **seen.as_json(run.lang),
        "batch": comparison.batch,
        "counts": counts,
        "differences": rows,
    }
    return Answer(data, [line, *_difference_lines(run, rows)])


def _counts(run: Run, comparison: Comparison) -> str:
    return ", ".join(
        f"{run.say(f'difference.{name}')} {count}"
        for name, count in comparison.counts().items()
        if count
    )


def _difference_lines(run: Run, rows: Rows) -> list[str]:
    lines = [
        run.say(
            "cli.difference",
            code=row["code_after"] or row["code_before"],
            difference=row["difference_text"],
            changed=row["changed_text"] or "–",
            reason=row["reason"],
        )
        for row in rows[:SHOWN_DIFFERENCES]
    ]
    if len(rows) > SHOWN_DIFFERENCES:
        lines.append(run.say("cli.more_differences", count=len(rows) - SHOWN_DIFFERENCES))
    return lines
