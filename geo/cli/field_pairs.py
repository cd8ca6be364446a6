"""What fills what: ``--field COLUMN=FIELD``, as often as needed."""

from collections.abc import Sequence
from typing import Annotated

import typer

from geo.cli.run import Run

Fields = Annotated[
    list[str] | None, typer.Option("--field", help="COLUMN=FIELD, like code=cid / 栏=字段")
]


def field_pairs(run: Run, pairs: Sequence[str] | None) -> dict[str, str]:
    """Take the pairs apart: column of the product to field of the file."""
    fields = dict[str, str]()
    for pair in pairs or ():
        column, is_pair, name = pair.partition("=")
        if not is_pair or not column:
            raise typer.BadParameter(run.say("cli.field_pairs", value=pair))
        fields[column] = name
    return fields
