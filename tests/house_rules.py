"""The rules of the house as plain checks: each is given texts or trees and lists what breaks them.

`tests/test_house.py` applies them to the repository and shows that each can fail.
"""

import ast
import re
import string
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Texts = Mapping[str, tuple[str, str]]

LONGEST_MODULE = 350
LONGEST_FUNCTION = 60
SHAPELESS_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
SPEAKERS = {"say", "word", "empty", "progress"}
KEEPERS = {"remember", "remembered"}
FILE_ENDINGS = {"arrow", "css", "csv", "geojson", "gpkg", "js", "json", "md", "png", "py", "zip"}

# Written so that this file does not name what it looks for.
_MACHINE_FOLDERS = "|".join(["tmp", "work", "root", "home", "opt", "mnt", "Users", "private"])
_MACHINE_PATH = re.compile(rf"(?<![\w.~}})>*-])/(?:{_MACHINE_FOLDERS})(?![\w.-])|\.\./shared\b")
_HOST_PARTS = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("unpkg", "com"),
    ("jsdelivr", "net"),
    ("cdnjs", "cloudflare"),
    ("deb", "debian"),
    ("security", "debian"),
    ("archive", "ubuntu"),
    ("anaconda", "org"),
    ("mirrors", "aliyun"),
    ("tuna", "tsinghua"),
    ("googleapis", "com"),
]
_HOST = re.compile("|".join(re.escape(".".join(parts)) for parts in _HOST_PARTS))
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_CHINESE_WORD = re.compile(r"[\u4e00-\u9fff]")
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?](?!\w)")
_LATIN = re.compile(r"[A-Za-z]{2,}")
# What a person types stays as it is: options, endings of file names, commands in quotes.
_TYPED = re.compile(r"\{[^}]*\}|--[a-z-]+|\.[a-z]{2,10}\b|`[^`]*`|[a-z]+_[a-z_]*")

# Verbs, keys and fields that a person types or finds in a file.
TYPED_WORDS = {
    *("administrator", "batch", "code", "import", "init", "label", "level", "people"),
    *("requirements", "role", "surveyor", "verify"),
}
# Names and signs that Chinese offices write in Latin letters too.
LATIN_IN_CHINESE = TYPED_WORDS | {
    *("NUL", "PostgreSQL", "PostGIS"),
    *("GeoTIFF", "MBTiles", "GIS", "PNG", "JPEG", "WebP", "XYZ", "WMTS", "http", "https"),
    "BD",
    "GCJ",
    "KB",
    "BOM",
    "CGCS",
    "CRS",
    "CSV",
    "Ctrl",
    "DBF",
    "EPSG",
    *("Esc", "Shift", "PNG", "PDF", "https"),
    "EXIF",
    "GB",
    "GBK",
    "GPS",
    "GPX",
    "GeoJSON",
    "GeoPackage",
    "JSON",
    "KML",
    "Linux",
    "MB",
    "NFS",
    "NUL",
    "PostGIS",
    "PostgreSQL",
    "QField",
    "QGIS",
    "QR",
    "SMB",
    "SQLite",
    "UTF",
    "WGS",
    "XLSX",
    "ZIP",
    "geojson",
    "gpkg",
    "ha",
    "km",
    "shp",
    "zip",
}


# ---- Files --------------------------------------------------------------------------------------


def own_files(root: Path) -> list[Path]:
    """List the repository's own files: what is tracked, or all but what is generated."""
    if (root / ".git").exists():
        # A checkout may belong to somebody else than who runs the tests.
        command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z"]
        try:
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        except FileNotFoundError:
            pass
        else:
            return [p for name in done.stdout.split("\0") if name and (p := root / name).is_file()]
    ignored = (root / ".gitignore").read_text(encoding="utf-8").split()
    made = {line.strip("/") for line in ignored} | {".git"}
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not made & set(path.relative_to(root).parts) and path.suffix != ".pyc"
    ]


def text_of(path: Path) -> str | None:
    """Read a text file; None for what is not text."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def machine_paths(text: str) -> list[str]:
    """Find paths that exist on one machine only."""
    return [m.group() for m in _MACHINE_PATH.finditer(text)]


def registry_hosts(text: str) -> list[str]:
    """Find addresses of package registries and content networks."""
    return [m.group() for m in _HOST.finditer(text)]


def shapeless_names(paths: Iterable[Path]) -> list[str]:
    """Find modules and folders that are named by nothing they do."""
    return [str(p) for p in paths if SHAPELESS_NAMES & {p.stem, *(q.name for q in p.parents)}]


# ---- Modules and functions ----------------------------------------------------------------------


def missing_docstring(tree: ast.Module) -> list[str]:
    """Tell whether a module does not say what it is."""
    return [] if ast.get_docstring(tree) else ["no docstring"]


def too_long(source: str) -> list[str]:
    """Tell whether a module is too long to be read at once."""
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines > LONGEST_MODULE else []


def long_functions(tree: ast.Module) -> list[str]:
    """Find functions whose code, without the docstring, is too long."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.lineno
            if ast.get_docstring(node) and len(node.body) > 1:
                start += (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
            lines = (node.end_lineno or node.lineno) - start + 1
            if lines > LONGEST_FUNCTION:
                found.append(f"{node.name}: {lines} lines")
    return found


# ---- Words --------------------------------------------------------------------------------------


def fields_of(text: str) -> set[str]:
    """List the fields that a text is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def bad_pairs(texts: Texts) -> list[str]:
    """Find texts that say something in one language only, or not the same in both."""
    found = []
    for key, (zh, en) in texts.items():
        if not zh.strip() or not en.strip():
            found.append(f"{key}: one language is missing")
        if fields_of(zh) != fields_of(en):
            found.append(f"{key}: {fields_of(zh)} in Chinese, {fields_of(en)} in English")
        if "" in fields_of(zh) | fields_of(en):
            found.append(f"{key}: a field without a name")
        if _CHINESE.search(en):
            found.append(f"{key}: Chinese in the English text")
        if half := _HALF_WIDTH.findall(zh):
            found.append(f"{key}: {''.join(half)} should be full-width in the Chinese text")
        if strange := set(_LATIN.findall(_TYPED.sub(" ", zh))) - LATIN_IN_CHINESE:
            found.append(f"{key}: {strange} in the Chinese text")
    return found


def doubled_keys(tables: Mapping[str, Texts]) -> list[str]:
    """Find keys that stand in two tables: one of them would never be said."""
    seen: dict[str, str] = {}
    found = []
    for name, table in tables.items():
        found += [f"{key}: in {seen[key]} and {name}" for key in table if key in seen]
        seen |= dict.fromkeys(table, name)
    return found


def lonely_problems(texts: Texts) -> list[str]:
    """Find problems without a way out, and ways out without a problem."""
    found = []
    for key in texts:
        room, _, code = key.partition(".")
        other = {"problem": "fix", "fix": "problem"}.get(room)
        if other and f"{other}.{code}" not in texts:
            found.append(f"{key}: no {other}.{code}")
    return found


def unknown_keys(tree: ast.Module, texts: Texts) -> list[str]:
    """Find words that code wants to say and that no table has.

    A literal counts as a key if it is written like one and begins with a room of the tables; the
    beginning of a computed key has to be the beginning of some key.
    """
    rooms = {key.partition(".")[0] for key in texts}
    silent = _silent_literals(tree)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in silent:
            found |= _unknown_key(node, texts, rooms)
        if isinstance(node, ast.Call) and _name(node.func) in SPEAKERS and node.args:
            found |= _unknown_beginning(node.args[0], texts)
    return sorted(found)


def _silent_literals(tree: ast.Module) -> set[ast.AST]:
    """Collect literals that nobody says: what a screen puts aside, what names a widget."""
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            silent.update(node.values)
        elif isinstance(node, ast.Call) and _name(node.func) in KEEPERS:
            silent.update(node.args)
        elif isinstance(node, ast.Call) and _name(node.func) not in SPEAKERS:
            silent.update(k.value for k in node.keywords if k.arg == "key")
    return silent


def _unknown_key(literal: ast.Constant, texts: Texts, rooms: set[str]) -> set[str]:
    room, _, rest = str(literal.value).partition(".")
    looks_like_key = room in rooms and re.fullmatch(r"[a-z0-9_.]*[a-z0-9_]", rest)
    is_file = rest.rpartition(".")[2] in FILE_ENDINGS
    if looks_like_key and not is_file and literal.value not in texts:
        return {f"line {literal.lineno}: {literal.value}"}
    return set()


def _unknown_beginning(key: ast.expr, texts: Texts) -> set[str]:
    match key:
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
            known = any(k.startswith(beginning) for k in texts)
            return set() if known else {f"line {key.lineno}: {beginning}…"}
        case ast.Constant(value=str(whole)) if whole not in texts:
            return {f"line {key.lineno}: {whole}"}
    return set()


def unfilled_texts(tree: ast.Module, texts: Texts) -> list[str]:
    """Find calls that say a text and leave one of its fields empty."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=speaker, args=[ast.Constant(value=str(key)), *_]) if (
                _name(speaker) in SPEAKERS and key in texts
            ):
                found += _unfilled(node, texts[key])
    return found


def _unfilled(call: ast.Call, pair: tuple[str, str]) -> list[str]:
    given = {k.arg.removesuffix("_key") if k.arg else None for k in call.keywords}
    open_fields = fields_of(pair[0]) - given
    # Values handed on as ** are only known when the program runs.
    if None in given or not open_fields:
        return []
    return [f"line {call.lineno}: {', '.join(sorted(open_fields))} not given"]


# ---- Codes of errors and problems ---------------------------------------------------------------


def error_classes(trees: Iterable[ast.Module]) -> set[str]:
    """List the names of all errors that people read."""
    known = {"SkyGroundError"}
    classes = [n for t in trees for n in ast.walk(t) if isinstance(n, ast.ClassDef)]
    while new := {c.name for c in classes if {_name(b) for b in c.bases} & known} - known:
        known |= new
    return known


def bad_error_codes(tree: ast.Module, classes: set[str], texts: Texts) -> list[str]:
    """Find errors without a sentence, and sentences that the error leaves unfilled."""
    found = []
    for call, code in _coded_calls(tree, dict.fromkeys(classes, 0)):
        key = f"error.{code}"
        if key not in texts:
            found.append(f"line {call.lineno}: no {key}")
        elif _name(call.func) in classes:
            found += [f"{key}, {line}" for line in _unfilled(call, texts[key])]
    return found


def bad_problem_codes(tree: ast.Module, texts: Texts) -> list[str]:
    """Find problems without a sentence or without a way out."""
    return [
        f"line {call.lineno}: no {room}.{code}"
        for call, code in _coded_calls(tree, {"Problem": 2})
        for room in ("problem", "fix")
        if f"{room}.{code}" not in texts
    ]


def _coded_calls(tree: ast.Module, makers: dict[str, int]) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls that are given a code, also through functions that hand a code on."""
    makers = dict(makers)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    size = 0
    while size != len(makers):
        size = len(makers)
        for function in functions:
            names = [a.arg for a in function.args.args]
            for call in _calls(function, makers):
                code = _code_argument(call, makers)
                if isinstance(code, ast.Name) and code.id in names:
                    makers.setdefault(function.name, names.index(code.id))
    for call in _calls(tree, makers):
        code = _code_argument(call, makers)
        choices = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
        for choice in choices:
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                yield call, choice.value


def _calls(node: ast.AST, makers: Mapping[str, int]) -> list[ast.Call]:
    return [c for c in ast.walk(node) if isinstance(c, ast.Call) and _name(c.func) in makers]


def _code_argument(call: ast.Call, makers: Mapping[str, int]) -> ast.expr | None:
    position = makers[_name(call.func)]
    named = [k.value for k in call.keywords if k.arg == "code"]
    return call.args[position] if len(call.args) > position else (named or [None])[0]


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


# ---- Requirements and layers --------------------------------------------------------------------


def direct_requirements(text: str) -> set[str]:
    """List the packages that an .in file names."""
    names = (line.split("#")[0].split("[")[0].strip() for line in text.splitlines())
    return {n for n in names if n and not n.startswith("-")}


def pins(text: str) -> dict[str, set[str]]:
    """Map each locked package to its versions, with their markers."""
    found: dict[str, set[str]] = {}
    for name, pin in re.findall(r"^([a-z0-9._-]+)==([^\\\n]+)", text, flags=re.MULTILINE):
        found.setdefault(name, set()).add(pin.strip())
    return found


def unhashed(text: str) -> list[str]:
    """Find locked packages without a hash."""
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    return [b.split(" ")[0] for b in blocks if "==" in b and "--hash=sha256:" not in b]


def imported_packages(trees: Iterable[ast.Module]) -> set[str]:
    """List the top-level names that modules import."""
    found = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def kept_by_screens(tree: ast.Module) -> list[str]:
    """List what a screen leaves in its module.

    Streamlit keeps the callbacks of a session's widgets, each of them its module, and so all that
    stands there: with fifty sessions as many versions of every patch.
    """
    light = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    found = []
    for node in tree.body:
        if isinstance(node, light) or (isinstance(node, ast.Assign) and _is_light(node)):
            continue
        is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (is_call and _name(node.value.func) == "main"):
            found.append(f"line {node.lineno}")
    return found


def _is_light(node: ast.Assign) -> bool:
    names = [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return all(name.isupper() or name == "today" for name in names)


def unlayered(pyproject: str, parts: Iterable[str]) -> list[str]:
    """Find parts of `geo` that no layer holds, so that no rule holds for them."""
    contracts = tomllib.loads(pyproject)["tool"]["importlinter"]["contracts"]
    layers = " | ".join(layer for c in contracts if c["type"] == "layers" for layer in c["layers"])
    known = {name.strip() for name in layers.split("|")}
    return [part for part in parts if f"geo.{part}" not in known]
