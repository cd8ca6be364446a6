"""``import imagery``, ``imagery list | remove``: what patches are looked at on."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from geo.cli.run import Answer, Run, verb, visible
from geo.errors import FileRefused
from geo.imagery.tile_address import host_of
from geo.model.imagery import Image, ImageKind, Shift
from geo.workflow.imagery import list_images
from geo.workflow.import_imagery import (
    ImageImported,
    import_image,
    register_service,
    remove_image,
)
from geo.workflow.importing import Outcome

File = Annotated[Path | None, typer.Argument(help="GeoTIFF or MBTiles / 影像文件")]
Day = Annotated[str | None, typer.Option("--date", help="Day it was taken / 成像日期")]
Title = Annotated[str | None, typer.Option("--title", help="Title / 名称")]
Bands = Annotated[
    str | None, typer.Option("--bands", help="Bands shown, such as 3,2,1 / 显示的波段")
]
Url = Annotated[str | None, typer.Option("--url", help="Address of a map service / 地图服务地址")]
Kind = Annotated[
    ImageKind | None,
    typer.Option("--kind", help="Of the map service: xyz, wmts, tianditu / 地图服务类型"),
]
KeyVariable = Annotated[
    str | None,
    typer.Option("--key-variable", help="Environment variable with its key / 存放密钥的变量名"),
]
Shifted = Annotated[bool, typer.Option("--gcj02", help="Its coordinates are GCJ-02 / 采用火星坐标")]


def register(app: typer.Typer, imports: typer.Typer) -> None:
    """Add the verbs."""
    verb(imports, "imagery")(bring)
    verb(app, "list")(list_all)
    verb(app, "remove")(remove)


def bring(
    run: Run,
    file: File = None,
    date: Day = None,
    title: Title = None,
    bands: Bands = None,
    url: Url = None,
    kind: Kind = None,
    key_variable: KeyVariable = None,
    gcj02: Shifted = False,
) -> Answer:
    """Import an image with its date, or register a map service / 导入影像或登记地图服务."""
    day = run.date(date)
    is_service = kind is not None and not kind.is_file
    if (file is None) != is_service or (url is not None and not is_service):
        raise FileRefused("image_source_needed")
    if file is None:
        assert kind is not None
        done = register_service(
            run.store,
            run.actor,
            url,
            kind,
            at=run.at,
            taken_on=day,
            title=title,
            key_variable=key_variable,
            shift=Shift.GCJ02 if gcj02 else Shift.NONE,
        )
        said = {"image": done.image.id, "title": done.image.title}
        line = run.say("cli.image_registered", host=host_of(done.image.place), **said)
        return Answer(_answer(done), [line])
    with run.progress("cli.bringing_image"):
        done = import_image(
            run.store,
            run.actor,
            file,
            taken_on=day,
            at=run.at,
            title=title,
            bands=_band_numbers(bands),
        )
    return _brought(run, done)


def list_all(run: Run) -> Answer:
    """List the imagery of one's territory / 列出影像."""
    found = list_images(run.store, run.actor)
    data = {"count": len(found), "images": [_values(image) for image in found]}
    if not found:
        return Answer(data, [run.say("cli.no_images")])
    headings = ("id", "title", "kind", "date", "resolution", "clear", "place")
    table = Table(*[run.say(f"cli.image_{heading}") for heading in headings], box=None)
    for image in found:
        table.add_row(
            str(image.id),
            visible(image.title),
            run.say(f"image_kind.{image.kind}"),
            str(image.taken_on or "—"),
            "—" if image.resolution_m is None else f"{image.resolution_m:.2f}",
            "—" if image.clear_share is None else f"{image.clear_share:.0%}",
            image.admin_code or "—",
        )
    return Answer(data, [table])


def remove(
    run: Run, number: Annotated[int, typer.Argument(help="Number of the image / 影像编号")]
) -> Answer:
    """Take an image out / 撤下影像."""
    image = remove_image(run.store, run.actor, number, at=run.at)
    said = run.say("cli.image_removed", image=image.id, title=image.title)
    return Answer({"id": image.id, "title": image.title, "removed": True}, [said])


def _brought(run: Run, done: ImageImported) -> Answer:
    image = done.image
    said = {"image": image.id, "title": image.title, "day": image.taken_on}
    if done.outcome is Outcome.UNCHANGED:
        return Answer(_answer(done), [run.say("cli.image_unchanged", **said)])
    line = run.say(
        "cli.image_done",
        resolution=f"{image.resolution_m or 0:.2f}",
        percent=round((image.clear_share or 0) * 100),
        crs=done.crs,
        **said,
    )
    return Answer(_answer(done), [line])


def _band_numbers(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        numbers = tuple(int(part) for part in text.replace("，", ",").split(","))
    except ValueError as error:
        raise FileRefused("image_bands_bad", value=text) from error
    return numbers


def _answer(done: ImageImported) -> dict[str, Any]:
    return {"outcome": str(done.outcome)} | _values(done.image)


def _values(image: Image) -> dict[str, Any]:
    return {
        "id": image.id,
        "kind": str(image.kind),
        "title": image.title,
        "taken_on": image.taken_on and image.taken_on.isoformat(),
        "source": image.source_name or host_of(image.place),
        "key_variable": image.key_variable,
        "shift": str(image.shift),
        "bounds": [round(side, 7) for side in image.bounds],
        "min_zoom": image.min_zoom,
        "max_zoom": image.max_zoom,
        "resolution_m": image.resolution_m,
        "clear_share": image.clear_share,
        "admin_code": image.admin_code,
        "added_at": image.added_at.isoformat(),
        "added_by": image.added_by,
    }
