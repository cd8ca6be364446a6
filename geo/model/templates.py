"""Templates: which field of a file fills which column, kept under a name."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from geo.errors import FileRefused
from geo.model import columns as c
from geo.model.columns import SHAPEFILE_NAME_BYTES
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.text import LANGS, Lang, say

LONGEST_NAME = 60
LONGEST_FIELD = 200
# A template of fewer fields fits too many files by chance to be proposed unasked.
FEWEST_FIELDS = 2
LEAST_SHARE = 0.75

_SLASHES = frozenset("/\\／＼")
# Control and format characters, halves of pairs, breaks of lines and paragraphs: they would change
# how the text around a name reads.
_UNSEEN_IN_NAMES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_UNSEEN_IN_FIELDS = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Template:
    """Which field fills which column in layers of one kind.

    Attributes
    ----------
    name
        Unique among all kinds; of a built-in one the key ``template.NAME`` of its words.
    kind
        What the layers are.
    fields
        Column to field, as the whole name is written where nothing cut it short.
    is_builtin
        Whether it comes with the program.
    """

    name: str
    kind: LayerKind
    fields: Mapping[str, str]
    is_builtin: bool = False

    def label(self, lang: Lang) -> str:
        """Say what the template is called."""
        return say(f"template.{self.name}", lang) if self.is_builtin else self.name


def _builtin(name: str, kind: LayerKind, fields: dict[str, str]) -> Template:
    return Template(name, kind, MappingProxyType(fields), is_builtin=True)


# Sources: the forest-supervision layer of 2019, the form of 2023 and the forest base map as field
# programs carry them.
BUILTIN_TEMPLATES: tuple[Template, ...] = (
    _builtin(
        "forest_2019",
        LayerKind.PATCHES,
        {
            c.CODE: "PAN_NO_TB",
            c.ADMIN_CODE: "CUN",
            c.CAUSE: "PAN_BHYY",
            c.LAND_AFTER: "PAN_DILEI",
            c.AREA_DELIVERED_HA: "MIAN_JI",
            c.REMARK: "BEIZHU",
        },
    ),
    _builtin(
        "form_2023",
        LayerKind.PATCHES,
        {
            c.CODE: "PDTBBH",
            c.CAUSE: "PDBHYY",
            c.LAND_BEFORE: "RDQDL",
            c.LAND_AFTER: "XZDL",
            c.AREA_DELIVERED_HA: "PDTBMJ",
            c.IMAGE_BEFORE: "QQYXSJ",
            c.IMAGE_AFTER: "HQYXSJ",
        },
    ),
    # No schema is public: a beginning that offices change. The area is left out, because there it
    # is in mu as a rule and the column takes hectares.
    _builtin(
        "grassland",
        LayerKind.PATCHES,
        {
            c.CODE: "TBBH",
            c.ADMIN_CODE: "XZQDM",
            c.CAUSE: "BHLX",
            c.IMAGE_BEFORE: "QSX",
            c.IMAGE_AFTER: "HSX",
            c.REMARK: "BZ",
        },
    ),
    _builtin(
        "forest_base_map",
        LayerKind.REFERENCE,
        {c.CODE: "XIAO_BAN", c.NAME: "DI_LEI", c.ADMIN_CODE: "CUN"},
    ),
)


def fill_columns(template: Template, fields: Iterable[str]) -> dict[str, str]:
    """Say which of a file's fields a template takes for its columns.

    Letters may be small or capital. A name that a shapefile cut to ten bytes, in GBK or in UTF-8,
    counts where the whole one is missing, unless two names of the template were cut to the same.

    Returns
    -------
    dict
        Column to the file's own field; columns whose field is missing are left out.
    """
    # Of names that differ in their capitals only, the one written like the template's is taken.
    exact = sorted(fields, reverse=True)
    present = {field.upper(): field for field in exact}
    filled = {}
    for column, wanted in template.fields.items():
        names = (wanted.upper(), *_cut_short(wanted.upper()))
        found = next((name for name in names if name in present), None)
        if found is not None:
            filled[column] = wanted if wanted in exact else present[found]
    taken = list(filled.values())
    return {column: field for column, field in filled.items() if taken.count(field) == 1}


def _cut_short(name: str) -> list[str]:
    return [
        name.encode(encoding, errors="replace")[:SHAPEFILE_NAME_BYTES].decode(encoding, "ignore")
        for encoding in ("gb18030", "utf-8")
    ]


def fits(template: Template, fields: Iterable[str]) -> float:
    """Say how well a template fits a file: the share of its fields that the file has, 0 to 1."""
    if not template.fields:
        return 0.0
    return len(fill_columns(template, fields)) / len(template.fields)


def best_template(
    templates: Iterable[Template], kind: LayerKind | None, fields: Sequence[str]
) -> Template | None:
    """Choose the template of a kind (None: of any) that fits a file best, if one fits well enough.

    Three quarters of its fields must be there, and two at least. Of templates that fit alike, the
    one with more fields is taken, then the first.
    """
    fitting = [
        (fits(template, fields), len(fill_columns(template, fields)), -place, template)
        for place, template in enumerate(templates)
        if kind is None or template.kind is kind
    ]
    share, count, _, best = max(fitting, key=lambda f: f[:3], default=(0.0, 0, 0, None))
    return best if share >= LEAST_SHARE and count >= FEWEST_FIELDS else None


def check_template(template: Template) -> Template:
    """Check a template before it is kept.

    Returns
    -------
    Template
        The same, without blanks around its name.

    Raises
    ------
    FileRefused
        ``template_name_bad``, ``template_name_taken``, ``template_column_unknown`` or
        ``template_field_bad``.
    """
    name = template.name.strip()
    if not 0 < len(name) <= LONGEST_NAME or set(name) & _SLASHES or _has(name, _UNSEEN_IN_NAMES):
        raise FileRefused("template_name_bad", name=printable(name), limit=LONGEST_NAME)
    if name.casefold() in _builtin_names():
        raise FileRefused("template_name_taken", name=name)
    known = [column.name for column in LAYER_TABLES[template.kind].columns]
    for column, field in template.fields.items():
        if column not in known:
            raise FileRefused(
                "template_column_unknown",
                name=name,
                column=printable(column),
                known=", ".join(known),
            )
        is_bad = not 0 < len(field) <= LONGEST_FIELD or _has(field, _UNSEEN_IN_FIELDS)
        if is_bad or list(template.fields.values()).count(field) > 1:
            raise FileRefused(
                "template_field_bad", name=name, column=column, field=printable(field)
            )
    if not template.fields:
        raise FileRefused("template_empty", name=name)
    return Template(name, template.kind, dict(template.fields))


def _builtin_names() -> set[str]:
    shown = {template.label(lang) for template in BUILTIN_TEMPLATES for lang in LANGS}
    return {name.casefold() for name in shown | {t.name for t in BUILTIN_TEMPLATES}}


def _has(text: str, categories: frozenset[str]) -> bool:
    return any(unicodedata.category(sign) in categories for sign in text)


def printable(text: str) -> str:
    """Write a refused text so that a sentence can hold it."""
    seen = "".join("\ufffd" if _has(sign, _UNSEEN_IN_NAMES) else sign for sign in text)
    return seen if len(seen) <= LONGEST_NAME else f"{seen[:LONGEST_NAME]}…"
