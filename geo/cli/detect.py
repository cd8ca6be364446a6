"""``detect``: candidates for patches from two images."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.errors import FileRefused
from geo.imagery.detect import Wanted
from geo.imagery.detect_index import Index
from geo.workflow.detect import LEAST_HA, DetectReport, detect
from geo.workflow.importing import Outcome

MOST_HA = 10_000.0


class Compared(StrEnum):
    """What is compared: as the bands allow, or as somebody says."""

    AUTO = "auto"
    NDVI = "ndvi"
    BRIGHTNESS = "brightness"


Before = Annotated[Path, typer.Option("--before", help="Earlier image, GeoTIFF / 前期影像")]
After = Annotated[Path, typer.Option("--after", help="Later image, GeoTIFF / 后期影像")]
Clouds = Annotated[
    list[Path] | None,
    typer.Option("--clouds", help="Mask of clouds, not 0 is hidden / 云掩膜，非 0 为遮挡"),
]
Least = Annotated[float, typer.Option("--min-area", help="Smallest change, ha / 最小面积（公顷）")]
How = Annotated[Compared, typer.Option("--index", help="What is compared / 比较植被指数或亮度")]
Red = Annotated[int | None, typer.Option("--red", min=1, help="Number of the red band / 红波段号")]
Near = Annotated[
    int | None, typer.Option("--nir", min=1, help="Number of the near infrared band / 近红外波段号")
]
Name = Annotated[str | None, typer.Option("--batch", help="Name of the batch / 批次名")]
DayBefore = Annotated[
    str | None, typer.Option("--date-before", help="Day of the earlier image / 前期影像日期")
]
DayAfter = Annotated[
    str | None, typer.Option("--date-after", help="Day of the later image / 后期影像日期")
]
Truth = Annotated[
    Path | None, typer.Option("--truth", help="Known patches to compare with / 已知图斑文件")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Look only, write nothing / 只看不写")]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "detect")(detect_changes)


def detect_changes(
    run: Run,
    before: Before,
    after: After,
    clouds: Clouds = None,
    min_area: Least = LEAST_HA,
    index: How = Compared.AUTO,
    red: Red = None,
    nir: Near = None,
    batch: Name = None,
    date_before: DayBefore = None,
    date_after: DayAfter = None,
    truth: Truth = None,
    dry_run: DryRun = False,
) -> Answer:
    """Find candidates for patches between two images, as a machine-made batch / 比较两期影像."""
    if not 0 < min_area <= MOST_HA:
        raise FileRefused("detect_min_area", value=min_area)
    wanted = Wanted(
        min_area_ha=min_area,
        index=None if index is Compared.AUTO else Index(index),
        red=red,
        near=nir,
        clouds=tuple(clouds or ()),
    )
    days = _day(run, date_before), _day(run, date_after)
    with run.progress("cli.detecting"):
        report = detect(
            run.store,
            run.actor,
            before,
            after,
            at=run.at,
            wanted=wanted,
            batch=batch,
            days=days,
            truth=truth,
            writes=not dry_run,
        )
    return Answer(report.as_json(), _lines(run, report))


def _day(run: Run, text: str | None) -> str:
    day = run.date(text)
    return "" if day is None else day.isoformat()


def _lines(run: Run, report: DetectReport) -> list[str]:
    images = {"before": report.before, "after": report.after}
    lines = []
    if report.outcome is Outcome.UNCHANGED:
        lines.append(run.say("cli.detect_unchanged", name=report.name))
    else:
        key = "done" if report.outcome is Outcome.IMPORTED else "examined"
        found = {"candidates": report.candidates, "area": f"{report.area_ha:,.2f}"}
        if key == "done":
            lines.append(run.say("cli.detect_done", name=report.name, **found, **images))
        else:
            lines.append(run.say("cli.detect_examined", **found, **images))
    if report.index:
        lines.append(
            run.say(
                "cli.detect_how",
                index=run.say(f"index.{report.index}"),
                threshold=report.threshold,
                spread=report.spread,
                season=report.season,
                seen=f"{report.seen_share:.0%}",
            )
        )
    if report.hits is not None:
        hits = report.hits
        lines.append(
            run.say(
                "cli.detect_truth",
                known=len(hits.covered),
                hits=hits.hits,
                misses=hits.misses,
                false_alarms=hits.false_alarms,
                recall=f"{hits.recall:.0%}",
                precision=f"{hits.precision:.0%}",
                area_covered=f"{hits.area_covered:.0%}",
                area_right=f"{hits.area_right:.0%}",
            )
        )
    return lines
