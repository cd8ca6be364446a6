"""Layers that GDAL reads: fiona opens the door and lists, pyogrio carries the load.

fiona takes the one driver that may open the file with each call, and reads on feature by feature
where one of them would lose the others. Runs in the reading process.
"""

import logging
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import fiona
import fiona.errors
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import pyogrio.errors
import shapely
import shapely.geometry
from fiona._err import CPLE_BaseError

from geo.errors import FileRefused
from geo.files.arrow_layer import GEOMETRY, ArrowLayer, decoded_texts, sound_texts
from geo.files.dbf import codes_as_written, count_deleted, count_records
from geo.files.layer_facts import SHAPEFILE, LayerFacts
from geo.files.raw_layer import RowTrouble

# Every byte is a character of it, and the same byte again. Written so, GDAL needs no other library.
ANY_BYTES = "ISO-8859-1"
# Texts that look like days or hours stay as they are written.
_OPTIONS = {"GeoJSON": {"DATE_AS_STRING": "YES"}}
_ERRORS = (
    fiona.errors.FionaError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    OSError,
    ValueError,
    RuntimeError,
    CPLE_BaseError,
    TypeError,  # a layer that cannot count its features
    SystemError,  # fiona's own words where it stumbles over an error
)


def inner_layers(path: Path, *, source: str) -> list[str]:
    """List the names of the layers in a file.

    Raises
    ------
    FileRefused
        ``file_unreadable``.
    """
    with _told_apart(path, source), fiona.Env():
        # The layers' names without an allow-list: the process holds no other drivers.
        return [str(name) for name in fiona.listlayers(str(path))]


def facts_of(path: Path, inner_name: str, driver: str, name: str, *, source: str) -> LayerFacts:
    """Look at one layer without reading its rows.

    Raises
    ------
    FileRefused
        ``file_unreadable``.
    """
    with _told_apart(path, source), _opened(path, inner_name, driver) as layer:
        return LayerFacts(
            name=name,
            driver=driver,
            fields=tuple(layer.schema["properties"]),
            geometry_type=layer.schema["geometry"],
            count=max(len(layer), 0),
            crs=layer.crs_wkt or None,
            encoding="UTF-8",
            is_encoding_guessed=False,
        )


def read_gdal(path: Path, inner_name: str, facts: LayerFacts, *, source: str) -> ArrowLayer:
    """Read one layer whole; where the bulk read fails, feature by feature.

    Raises
    ------
    FileRefused
        ``file_unreadable`` or ``encoding_wrong``.
    """
    is_shapefile = facts.driver == SHAPEFILE
    try:
        with _quiet():
            _, table = pyogrio.raw.read_arrow(
                path,
                layer=inner_name,
                encoding=ANY_BYTES if is_shapefile else None,
                datetime_as_string=True,
                **_OPTIONS.get(facts.driver, {}),
            )
        troubles: tuple[RowTrouble, ...] = ()
        is_whole = not is_shapefile or table.num_rows + _deleted(path) >= facts.count
    except _ERRORS:
        is_whole = False
    if not is_whole:
        table, troubles = _one_by_one(path, inner_name, facts, source)
    table = _with_days_as_text(_with_named_geometry(table))
    if is_shapefile:
        if count_rows(path) > facts.count:
            table = _with_rows_beyond(table, path, facts.count, source)
        table, more = decoded_texts(table, facts.encoding, source=source)
        table = _with_written_codes(table, path)
    else:
        table, more = sound_texts(table)
    return ArrowLayer(table, (*troubles, *more))


def _deleted(path: Path) -> int:
    """Count the rows that the table marks as deleted: a reader passes them over."""
    table = path.with_suffix(".dbf")
    return count_deleted(table) if table.is_file() else 0


def _with_named_geometry(table: pa.Table) -> pa.Table:
    """Name the column of shapes, which every format calls otherwise."""
    names = [
        GEOMETRY
        if (field.metadata or {}).get(b"ARROW:extension:name") == b"geoarrow.wkb"
        or str(field.type).startswith("extension<geoarrow")
        else field.name
        for field in table.schema
    ]
    if names.count(GEOMETRY) > 1:  # a field may be called so as well
        names = [
            f"{GEOMETRY}_" if name == GEOMETRY == field.name else name
            for name, field in zip(names, table.schema, strict=True)
        ]
    if GEOMETRY not in names and "wkb_geometry" in names:
        names[names.index("wkb_geometry")] = GEOMETRY
    return table.rename_columns(names)


def _with_days_as_text(table: pa.Table) -> pa.Table:
    """Write days and times of day out: moments are texts already, and not every year is a date."""
    for place, field in enumerate(table.schema):
        if pa.types.is_date(field.type) or pa.types.is_time(field.type):
            text = table.column(place).cast(pa.string())
            table = table.set_column(place, field.name, text)
    return table


def count_rows(shapefile: Path) -> int:
    """Count the records of the table beside a .shp, also those that have no shape; 0 if none."""
    table = shapefile.with_suffix(".dbf")
    return count_records(table) if table.is_file() else 0


def _with_rows_beyond(table: pa.Table, path: Path, shapes: int, source: str) -> pa.Table:
    """Add the rows of a table that is longer than the shapes beside it; they have no shape."""
    alone = path.with_name(f"{path.stem}-alone")
    alone.mkdir(exist_ok=True)
    # Under a .shp the library reads no further than that goes.
    dbf = Path(shutil.copyfile(path.with_suffix(".dbf"), alone / "rows.dbf"))
    with _told_apart(path, source):
        _, rows = pyogrio.raw.read_arrow(dbf, encoding=ANY_BYTES, return_fids=True)
    beyond = rows.filter(pc.greater_equal(rows.column(0), shapes)).remove_column(0)
    more = _with_days_as_text(beyond).replace_schema_metadata(None)
    plain = table.replace_schema_metadata(None)
    try:
        return pa.concat_tables([plain, more], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise FileRefused("file_unreadable", path=source, detail=str(error)) from error


def _with_written_codes(table: pa.Table, path: Path) -> pa.Table:
    """Put codes that are no numbers back as they stand in the table's bytes."""
    dbf = path.with_suffix(".dbf")
    if not dbf.is_file():
        return table
    for place, texts in codes_as_written(dbf).items():
        if len(texts) == table.num_rows:
            name = table.column_names[place]
            table = table.set_column(place, name, pa.array(texts, pa.string()))
    return table


def _one_by_one(
    path: Path, inner_name: str, facts: LayerFacts, source: str
) -> tuple[pa.Table, tuple[RowTrouble, ...]]:
    rows, shapes, troubles = [], [], []
    numbers = _numbers(path, inner_name, facts.count)
    if facts.driver == SHAPEFILE and len(numbers) < facts.count:
        numbers = list(range(facts.count))  # a table that was cut off, under shapes that are there
    with _told_apart(path, source), _opened(path, inner_name, facts.driver) as layer:
        for row, feature in enumerate(_features(layer, numbers), start=1):
            if feature is None:
                troubles.append(RowTrouble(row, "feature_unreadable"))
            shape = None if feature is None else _shape(feature.geometry)
            shapes.append(shape)
            rows.append({} if feature is None else dict(feature.properties))
        names = list(layer.schema["properties"])
    if len(troubles) == len(rows):
        raise FileRefused("file_unreadable", path=source, detail=inner_name)
    columns = {name: _column([row.get(name) for row in rows]) for name in names}
    wkb = shapely.to_wkb(np.array(shapes, dtype=object))
    columns[GEOMETRY] = pa.array(wkb, pa.binary(), from_pandas=True)
    return pa.table(columns), tuple(troubles)


def _opened(path: Path, inner_name: str, driver: str) -> fiona.Collection:
    return fiona.open(
        str(path),
        layer=inner_name,
        enabled_drivers=[driver],
        encoding=ANY_BYTES if driver == SHAPEFILE else None,
        **_OPTIONS.get(driver, {}),
    )


def _features(layer: fiona.Collection, numbers: Sequence[int]) -> Iterator[fiona.Feature | None]:
    """Give every feature, and None for one that cannot be read."""
    for number in numbers:
        try:
            yield layer.get(number)
        except (*_ERRORS, IndexError, KeyError):
            yield None


def _numbers(path: Path, inner_name: str, count: int) -> list[int]:
    """List the numbers that the format itself gives its features; they may have gaps."""
    try:
        with _quiet():
            _, numbers, _, _ = pyogrio.raw.read(
                path, layer=inner_name, columns=[], read_geometry=False, return_fids=True
            )
    except _ERRORS:
        return list(range(count))
    return [int(number) for number in numbers]


def _shape(geometry: object) -> shapely.Geometry | None:
    try:
        return None if geometry is None else shapely.geometry.shape(geometry)
    except (ValueError, TypeError, AttributeError, shapely.errors.ShapelyError):
        return None


def _column(values: Sequence[object]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in values])


@contextmanager
def _told_apart(path: Path, source: str) -> Iterator[None]:
    """Turn what the libraries say into a refusal that names the file as its sender knows it."""
    try:
        with _quiet():
            yield
    except _ERRORS as error:
        detail = (str(error) or type(error).__name__).splitlines()[0].replace(str(path), source)
        raise FileRefused("file_unreadable", path=source, detail=detail) from error


@contextmanager
def _quiet() -> Iterator[None]:
    # What the libraries remark on is found and reported row by row by our own checks.
    logging.getLogger("fiona").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
