"""Tables of other programs: CSV and spreadsheets, all of their cells as text."""

from pathlib import Path, PurePosixPath

from geo.errors import FileRefused
from geo.files.csv_table import read_csv_table
from geo.files.raw_layer import RawLayer
from geo.files.xlsx_tables import read_xlsx_tables

__all__ = ["KNOWN", "READERS", "read_csv_table", "read_table", "read_xlsx_tables"]

READERS = {
    ".csv": read_csv_table,
    ".tsv": read_csv_table,
    ".txt": read_csv_table,
    ".xlsx": read_xlsx_tables,
    ".xlsm": read_xlsx_tables,
}
KNOWN = "csv, tsv, txt, xlsx"


def read_table(path: Path, *, source: str, encoding: str | None = None) -> list[RawLayer]:
    """Read a table by the suffix of the name it was delivered under.

    Parameters
    ----------
    source
        That name; also for messages.
    encoding
        Of a text's cells, to override what its bytes show.

    Raises
    ------
    FileRefused
        ``format_unknown``, or as the reader of that format.
    """
    reader = READERS.get(PurePosixPath(source).suffix.lower())
    if reader is None:
        raise FileRefused("format_unknown", path=source, known=KNOWN)
    return reader(path, source=source, encoding=encoding)
