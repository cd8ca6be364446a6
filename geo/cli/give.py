"""``export field | patches | grids``."""

from pathlib import Path
from typing import Annotated

import typer

from geo.cli.look import Grids, Overdue, People, Stages, patch_filter
from geo.cli.run import Answer, Run, verb
from geo.files.write import Format
from geo.workflow import export_field as packing
from geo.workflow import export_patches as exporting
from geo.workflow.export_grids import export_grids


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "field")(field)
    verb(app, "patches")(patches)
    verb(app, "grids")(grids)


def field(
    run: Run,
    out: Annotated[Path, typer.Option("--out", help="Folder / 输出文件夹")],
    grid: Grids = None,
    person: People = None,
) -> Answer:
    """Write a GeoJSON package for everybody who has patches to check / 导出外业包."""
    with run.progress("cli.packing"):
        packages = packing.export_field(
            run.store, run.actor, out, at=run.at, grids=grid or (), people=person or ()
        )
    lines = [
        run.say(
            "cli.package_new" if p.is_new else "cli.package_old",
            path=p.path,
            patches=p.patches,
            assignee=p.assignee,
        )
        for p in packages
    ]
    data = {
        "packages": [
            {
                "package": p.id,
                "assignee": p.assignee,
                "path": str(p.path),
                "patches": p.patches,
                "is_new": p.is_new,
            }
            for p in packages
        ],
        "patches": sum(p.patches for p in packages),
        "new": sum(p.is_new for p in packages),
    }
    return Answer(data, lines)


Out = Annotated[Path, typer.Option("--out", help="File / 输出文件")]
Form = Annotated[
    Format | None, typer.Option("--format", help="Format; else as --out is called / 格式")
]


def patches(
    run: Run,
    out: Out,
    form: Form = None,
    stage: Stages = None,
    grid: Grids = None,
    person: People = None,
    overdue: Overdue = False,
) -> Answer:
    """Write patches to a file / 导出图斑."""
    wanted = patch_filter(run, stage, grid, person, overdue=overdue)
    form = form or _format_of(out)
    with run.progress("cli.writing"):
        done = exporting.export_patches(run.store, run.actor, out, form, wanted=wanted)
    return Answer(
        {"path": str(done.path), "format": str(done.format), "patches": done.patches},
        [run.say("cli.exported", path=done.path, patches=done.patches)],
    )


def grids(run: Run, out: Out, form: Form = None) -> Answer:
    """Write the patrol grids to a file / 导出网格."""
    with run.progress("cli.writing"):
        done = export_grids(run.store, run.actor, out, form or _format_of(out))
    return Answer(
        {"path": str(done.path), "format": str(done.format), "grids": done.grids},
        [run.say("cli.exported_grids", path=done.path, grids=done.grids)],
    )


def _format_of(out: Path) -> Format:
    """Take the format that a file's name asks for; GeoJSON where it asks for none."""
    suffix = out.suffix.lower().removeprefix(".")
    return Format(suffix) if suffix in set(Format) else Format.GEOJSON
