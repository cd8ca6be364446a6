"""``template list | show | save | delete | export | import``: saved mappings of fields."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from geo.cli.field_pairs import Fields, field_pairs
from geo.cli.run import Answer, Run, verb, visible
from geo.errors import FileRefused
from geo.files.atomic import whole_file
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.templates import Template
from geo.workflow import templates

Kind = Annotated[LayerKind, typer.Argument(help="Kind of layer / 图层类型")]
Name = Annotated[str, typer.Argument(help="Name of the template / 模板名")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "list")(list_templates)
    verb(app, "show")(show)
    verb(app, "save")(save)
    verb(app, "delete")(delete)
    verb(app, "export")(export)
    verb(app, "import")(bring)


def list_templates(run: Run, kind: Kind) -> Answer:
    """List what can be chosen for a kind of layer / 列出可用的模板."""
    found = templates.list_templates(run.store, run.actor, kind)
    data = {"kind": str(kind), "templates": [_values(run, t) for t in found]}
    if not found:
        return Answer(data, [run.say("cli.no_templates")])
    headings = ("template_name", "template_label", "template_fields")
    table = Table(*[run.say(f"cli.{heading}") for heading in headings], box=None)
    for template in found:
        shown = template.label(run.lang) if template.is_builtin else ""
        table.add_row(visible(template.name), shown, str(len(template.fields)))
    return Answer(data, [table])


def show(run: Run, kind: Kind, name: Name) -> Answer:
    """Show which field fills which column / 查看字段对应."""
    template = templates.template_named(run.store, run.actor, kind, name)
    return Answer(_values(run, template), _field_lines(run, template))


def save(run: Run, kind: Kind, name: Name, field: Fields = None) -> Answer:
    """Keep a mapping of fields under a name / 保存字段对应."""
    template = Template(name.strip(), kind, field_pairs(run, field))
    is_replaced = templates.save_template(run.store, run.actor, template, at=run.at)
    return _kept(run, template, is_replaced=is_replaced)


def delete(run: Run, kind: Kind, name: Name) -> Answer:
    """Forget a saved mapping / 删除模板."""
    templates.delete_template(run.store, run.actor, kind, name)
    said = run.say("cli.template_deleted", name=name.strip())
    return Answer({"name": name.strip(), "kind": str(kind), "deleted": True}, [said])


def export(
    run: Run,
    kind: Kind,
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="File / 输出文件")],
) -> Answer:
    """Write a mapping to a file for another office / 导出模板，交给其他单位."""
    template = templates.template_named(run.store, run.actor, kind, name)
    with whole_file(out) as draft:
        draft.write_text(templates.export_template(template), encoding="utf-8")
    said = run.say("cli.template_exported", path=out, name=template.name)
    return Answer({"path": str(out), "name": template.name, "kind": str(kind)}, [said])


def bring(
    run: Run,
    file: Annotated[Path, typer.Argument(help="Exported template / 导出的模板文件")],
    replace: Annotated[
        bool, typer.Option("--replace", help="In place of one of that name / 替换同名模板")
    ] = False,
) -> Answer:
    """Take over a mapping that another office exported / 导入其他单位的模板."""
    done = templates.import_template(
        run.store, run.actor, _text_of(file), at=run.at, replace=replace or run.accepts
    )
    return _kept(run, done.template, is_replaced=done.has_replaced)


def _text_of(file: Path) -> str:
    """Read no more of a file than shows that it is too long."""
    if not file.is_file():
        raise FileRefused("file_missing", path=file)
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(templates.LARGEST_TEMPLATE + 1)
    except UnicodeDecodeError as error:
        raise FileRefused("template_unreadable") from error


def _kept(run: Run, template: Template, *, is_replaced: bool) -> Answer:
    code = "cli.template_replaced" if is_replaced else "cli.template_saved"
    data = _values(run, template) | {"replaced": is_replaced}
    return Answer(data, [run.say(code, name=template.name), *_field_lines(run, template)])


def _values(run: Run, template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "label": template.label(run.lang),
        "kind": str(template.kind),
        "is_builtin": template.is_builtin,
        "fields": _in_order(template),
    }


def _field_lines(run: Run, template: Template) -> Sequence[str]:
    return [
        run.say("cli.template_field", name=column, column=column, field=field)
        for column, field in _in_order(template).items()
    ]


def _in_order(template: Template) -> dict[str, str]:
    """Give the fields in the order of the kind's columns, however they were kept."""
    names = [column.name for column in LAYER_TABLES[template.kind].columns]
    return {name: template.fields[name] for name in names if name in template.fields}
