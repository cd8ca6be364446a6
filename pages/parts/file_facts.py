"""The facts of a delivered layer in plain words, and what a person may say instead."""

from collections.abc import Iterator, Sequence

import shapely
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.model import columns as c
from geo.model.columns import Column, propose_mapping
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.look_into import LayerFacts
from pages.parts import cached, state
from pages.parts.crs_words import crs_choices, crs_word
from pages.parts.problems import column_word
from pages.parts.words import area, pairs, word

# GB18030 holds all of GBK and GB 2312.
ENCODINGS = ("GB18030", "UTF-8", "GBK", "BIG5")
SHAPEFILE = "ESRI Shapefile"
# Stands for what the program finds out by itself.
AUTOMATIC = ""


def choose_layer(layers: Sequence[LayerFacts], token: str) -> LayerFacts:
    """Ask which layer is meant, where there are several."""
    if len(layers) == 1:
        return layers[0]
    names = [f"{layer.name} · {_shapes(layer)}" for layer in layers]
    number = st.selectbox(
        word("import.layer"),
        range(len(layers)),
        format_func=names.__getitem__,
        key=f"layer-{token}",
    )
    return layers[number]


def ask_options(
    facts: LayerFacts, columns: tuple[Column, ...], cells: Iterator[DeltaGenerator], *, token: str
) -> ImportOptions:
    """Ask for what the program may have found out wrongly; what is left alone stays automatic.

    Parameters
    ----------
    columns
        Of patches or of grids.
    cells
        Places for the questions.
    token
        Names the file: answers for one file are not kept for another.
    """
    token = f"{token}-{facts.name}"
    code = _ask_code_field(facts, columns, next(cells), token)
    automatic = {AUTOMATIC: word("import.auto")}
    systems = automatic | {name: crs_word(name) for name in crs_choices()}
    crs = next(cells).selectbox(
        word("import.crs"),
        list(systems),
        format_func=systems.__getitem__,
        key=f"crs-{token}",
    )
    encoding = AUTOMATIC
    if facts.driver == SHAPEFILE:
        encodings = automatic | {name: name for name in ENCODINGS}
        encoding = next(cells).selectbox(
            word("import.encoding"),
            list(encodings),
            format_func=encodings.__getitem__,
            key=f"encoding-{token}",
        )
    fields = {c.CODE: code} if code else {}
    return ImportOptions(
        layer=facts.name, fields=fields, crs=crs or None, encoding=encoding or None
    )


def ask_batch(proposed: str, cells: Iterator[DeltaGenerator], token: str) -> str:
    """Ask for the name of the delivery."""
    return next(cells).text_input(word("import.batch"), proposed, key=f"batch-{token}").strip()


def _ask_code_field(
    facts: LayerFacts, columns: tuple[Column, ...], cell: DeltaGenerator, token: str
) -> str | None:
    fields = list(facts.fields)
    proposed = propose_mapping(fields, columns).get(c.CODE)
    return cell.selectbox(
        word("import.code_field"),
        fields,
        index=fields.index(proposed) if proposed in fields else None,
        placeholder=word("import.choose_field"),
        key=f"code-{token}",
    )


def show_facts(facts: LayerFacts, intake: Intake | None, options: ImportOptions) -> None:
    """Say what the file is; of a file that could not be read, what it says about itself."""
    form = f"format.{facts.driver}"
    said = {word("import.format"): word(form), word("import.shapes"): _shapes(facts)}
    if intake is not None:
        whole = area(intake.rows[c.AREA_HA].sum())
        said |= {
            word("import.crs"): _crs(intake, options),
            word("import.encoding"): _encoding(intake, options),
            word("import.area"): word("import.by_ellipsoid", area=whole),
            word("import.place"): _place(intake),
            word("import.fields"): _fields(intake),
        }
    pairs({name: value for name, value in said.items() if value})


def _shapes(facts: LayerFacts) -> str:
    kind = facts.geometry_type
    known = {"Polygon": "polygon", "Line": "line", "Point": "point", "None": "none"}
    room = next((room for sign, room in known.items() if sign in kind), "mixed")
    return word(f"shapes.{room}", count=f"{facts.count:,}")


def _crs(intake: Intake, options: ImportOptions) -> str:
    return _with_source("crs", crs_word(intake.crs), intake, is_chosen=options.crs is not None)


def _encoding(intake: Intake, options: ImportOptions) -> str:
    # Only of a shapefile is it ever in doubt.
    if intake.facts.driver != SHAPEFILE:
        return ""
    is_chosen = options.encoding is not None
    return _with_source("encoding", intake.encoding, intake, is_chosen=is_chosen)


def _with_source(what: str, value: str, intake: Intake, *, is_chosen: bool) -> str:
    """Say where the program knows something from: the person, the file, or its own judgement."""
    if is_chosen:
        return word("import.as_chosen", value=value)
    judged = next((p for p in intake.proposals if p.what == what), None)
    if judged is None:
        return word("import.as_said", value=value)
    return word("import.as_judged", value=value, reason=word(f"because.{judged.reason}"))


def _place(intake: Intake) -> str:
    """Compare with the grids that are there: a wrong coordinate system shows at once."""
    grids = cached.grids(state.actor())
    if grids.empty or not len(intake.geometries):
        return ""
    west, south, east, north = grids.total_bounds
    boxes = shapely.bounds(intake.geometries)
    is_near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west)
    is_near &= (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    key = "import.near_grids" if is_near.any() else "import.far_from_grids"
    return word(key, count=f"{int(is_near.sum()):,}")


def _fields(intake: Intake) -> str:
    return word("list.comma").join(f"{column_word(k)} ← {v}" for k, v in intake.mapping.items())
