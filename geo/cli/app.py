"""The verbs, put together."""

import typer

from geo.cli import (
    account,
    bring,
    bring_layers,
    detect,
    give,
    grant,
    imagery,
    judge,
    look,
    move,
    prepare,
    prove,
    template,
    work,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="SkyGround 天地查: from a suspected change patch to a closed one, with proof.",
)
imports = typer.Typer(no_args_is_help=True, help="Bring files in / 导入")
templates = typer.Typer(no_args_is_help=True, help="Saved mappings of fields / 字段对应模板")
grants = typer.Typer(no_args_is_help=True, help="Who holds which role where / 授权")
images = typer.Typer(no_args_is_help=True, help="Images and basemaps / 影像和底图")
accounts = typer.Typer(no_args_is_help=True, help="Who can sign in / 登录账号")
exports = typer.Typer(no_args_is_help=True, help="Give files out / 导出")
app.add_typer(imports, name="import")
app.add_typer(exports, name="export")
app.add_typer(templates, name="template")
app.add_typer(grants, name="grant")
app.add_typer(images, name="imagery")
app.add_typer(accounts, name="account")

prepare.register(app)
bring_layers.register(imports)
bring.register(imports)
imagery.register(images, imports)
template.register(templates)
grant.register(grants)
account.register(accounts)
work.register(app)
judge.register(app)
look.register(app)
move.register(app)
detect.register(app)
give.register(exports)
prove.register(app)


def main() -> None:
    """Run the command line."""
    app()
