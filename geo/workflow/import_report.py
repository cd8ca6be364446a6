"""The report of an import as a workbook: what was read, what was found, what was wrong."""

from pathlib import Path

from geo.files.report_book import Rows, check_place, write_book
from geo.model.problems import Severity
from geo.text import Lang, knows, say
from geo.workflow.importing import ImportReport

_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}


def write_import_report(report: ImportReport, path: Path, lang: Lang) -> None:
    """Write a report as a workbook in one language.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    sheets = {
        say("import_report.summary", lang): _summary(report, lang),
        say("import_report.problems", lang): _problems(report, lang),
        say("import_report.fields", lang): _fields(report, lang),
        say("import_report.systems", lang): _systems(report, lang),
    }
    write_book({title: rows for title, rows in sheets.items() if rows}, path)


def check_report_place(path: Path) -> None:
    """Make sure that a report could be written, before what it reports on is done.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    check_place(path)


def _summary(report: ImportReport, lang: Lang) -> Rows:
    values: dict[str, object] = {
        "outcome": say(f"import_outcome.{report.outcome}", lang),
        "source": report.source_name,
        "layer": report.layer,
        "format": say(f"format.{report.driver}", lang) if report.driver else "",
        "rows_read": report.rows_read,
        "taken": report.taken,
        "repaired": report.repaired,
        "refused": report.refused,
        "skipped": report.skipped,
        "area_ha": report.area_ha,
        "crs": report.crs,
        "shift": report.shift or "",
        "encoding": report.encoding,
    }
    item, value_head = say("import_report.item", lang), say("import_report.value", lang)
    rows = [
        {item: say(f"import_report.{name}", lang), value_head: value}
        for name, value in values.items()
        if value != ""
    ]
    rows += [
        {
            item: say("import_report.proposal", lang),
            value_head: say(
                "import_report.found",
                lang,
                what=say(p.said[0], lang, **p.said[1]),
                because=say(p.reason, lang, **p.reason_values),
            ),
        }
        for p in report.proposals
    ]
    return rows + [
        {
            item: say("import_report.contradiction", lang),
            value_head: say(f"crs_clash.{code}", lang),
        }
        for code in report.contradictions
    ]


def _problems(report: ImportReport, lang: Lang) -> Rows:
    ordered = sorted(report.problems, key=lambda p: (_WEIGHT[p.severity], p.row))
    return [
        {
            say("problems.row", lang): p.row or say("problems.whole_layer", lang),
            say("problems.severity", lang): say(f"severity.{p.severity}", lang),
            say("problems.column", lang): _column(p.column, lang),
            say("problems.what", lang): p.text(lang),
            say("problems.fix", lang): p.fix(lang),
        }
        for p in ordered
    ]


def _fields(report: ImportReport, lang: Lang) -> Rows:
    reasons = {p.column: p.reason for p in report.field_proposals}
    return [
        {
            say("import_report.column", lang): _column(column, lang),
            say("import_report.field", lang): field,
            say("import_report.reason", lang): say(f"field_because.{reasons[column]}", lang)
            if column in reasons
            else say("import_report.said", lang),
        }
        for column, field in report.mapping.items()
    ]


def _systems(report: ImportReport, lang: Lang) -> Rows:
    return [
        {
            say("import_report.crs", lang): candidate.crs,
            say("import_report.reason", lang): say(
                "import_report.because",
                lang,
                reasons_key=tuple((f"because.{r}", {}) for r in candidate.reasons),
            ),
            say("import_report.place", lang): ", ".join(f"{b:.4f}" for b in candidate.bounds),
            say("import_report.distance", lang): "–"
            if candidate.distance_km is None
            else round(candidate.distance_km, 1),
        }
        for candidate in report.candidates
    ]


def _column(name: str, lang: Lang) -> str:
    return say(f"column.{name}", lang) if knows(f"column.{name}") else name
