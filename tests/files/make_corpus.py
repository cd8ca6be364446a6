"""Every file the import has to cope with, drawn by hand, and what must come of each.

``python -m tests.files.make_corpus OUT`` writes all of them below OUT, each in a folder of its own
name, and prints what is expected of each.
"""

import sys
from pathlib import Path
from typing import Final

from tests.files import (
    corpus_archives,
    corpus_columns,
    corpus_databases,
    corpus_disguises,
    corpus_encodings,
    corpus_geojson,
    corpus_hostile_bytes,
    corpus_hostile_databases,
    corpus_hostile_documents,
    corpus_layers,
    corpus_shapefiles,
    corpus_shapes,
    corpus_survey,
    corpus_systems,
    corpus_tables,
)
from tests.files.corpus_case import SILENT, Case

CASES: Final[tuple[Case, ...]] = (
    *corpus_shapefiles.CASES,
    *corpus_geojson.CASES,
    *corpus_databases.CASES,
    *corpus_survey.CASES,
    *corpus_tables.CASES,
    *corpus_layers.CASES,
    *corpus_encodings.CASES,
    *corpus_systems.CASES,
    *corpus_shapes.CASES,
    *corpus_columns.CASES,
    *corpus_archives.CASES,
    *corpus_disguises.CASES,
    *corpus_hostile_documents.CASES,
    *corpus_hostile_databases.CASES,
    *corpus_hostile_bytes.CASES,
)


def make_corpus(out: Path, canary: str = SILENT) -> dict[str, Path]:
    """Write all files below a folder.

    Parameters
    ----------
    canary
        The address that some of the files want to be called; whoever listens there knows which
        reader obeyed.

    Returns
    -------
    dict
        Name of the case to its file.
    """
    return {case.name: case.write(out, canary) for case in CASES}


def described(case: Case) -> str:
    """What is expected of a case, in one line."""
    ways = " | ".join(sorted(case.expect.outcomes))
    codes = f" ({', '.join(sorted(case.expect.errors))})" if case.expect.errors else ""
    return f"{case.name:32} {case.kind:10} {ways}{codes}"


def main(arguments: list[str]) -> int:
    """Write the corpus, and say what it is."""
    if len(arguments) != 1:
        sys.stderr.write("python -m tests.files.make_corpus OUT\n")
        return 2
    out = Path(arguments[0])
    paths = make_corpus(out)
    for case in CASES:
        sys.stdout.write(f"{described(case)}\n    {paths[case.name].relative_to(out)!s}\n")
    sys.stdout.write(f"{len(paths)} files\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
