"""The verbs, put together."""

import typer

from geo.cli import bring, bring_layers, give, judge, look, prepare, prove, template, work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="SkyGround 天地查: from a suspected change patch to a closed one, with proof.",
)
imports = typer.Typer(no_args_is_help=True, help="Bring files in / 导入")
templates = typer.Typer(no_args_is_help=True, help="Saved mappings of fields / 字段对应模板")
exports = typer.Typer(no_args_is_help=True, help="Give files out / 导出")
app.add_typer(imports, name="import")
app.add_typer(exports, name="export")
app.add_typer(templates, name="template")

prepare.register(app)
bring_layers.register(imports)
bring.register(imports)
template.register(templates)
work.register(app)
judge.register(app)
look.register(app)
give.register(exports)
prove.register(app)


def main() -> None:
    """Run the command line."""
    app()
