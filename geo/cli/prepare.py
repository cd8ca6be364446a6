"""``init``, ``sample``, ``serve``: a workspace, data to try, the screens."""

import json
import os
import socket
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.errors import WorkspaceError
from geo.sample.generate import make_sample
from geo.settings import READY_VARIABLE, WORKSPACE_VARIABLE, Rules
from geo.store.door import Store
from geo.workflow.import_people import read_people
from geo.workflow.look import everybody
from geo.workflow.set_up import FIRST_STAFF, set_up, set_up_demo
from geo.workflow.start_check import check_at_start

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample_grids"
DEFAULTS = Rules()
HOME = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "init")(init)
    verb(app, "sample")(sample)
    verb(app, "serve")(serve)


def init(
    run: Run,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill it with the synthetic sample / 用示例数据填充")
    ] = False,
    people: Annotated[
        Path | None, typer.Option("--people", help="Staff table, CSV: code,role,… / 人员表")
    ] = None,
    review_levels: Annotated[
        int, typer.Option("--review-levels", min=1, max=3, help="Levels of review / 审核级数")
    ] = DEFAULTS.review_levels,
    due_days: Annotated[
        int, typer.Option("--due-days", min=1, help="Days to the deadline / 默认期限天数")
    ] = DEFAULTS.due_days,
) -> Answer:
    """Make a new workspace / 新建工作区."""
    if demo:
        with run.progress("cli.making_demo"):
            store = set_up_demo(run.workspace, SAMPLE, at=run.at)
    else:
        rules = replace(DEFAULTS, review_levels=review_levels, due_days=due_days)
        staff = read_people(people) if people else FIRST_STAFF
        store = set_up(run.workspace, at=run.at, rules=rules, staff=staff)
    with store:
        codes = [p.code for p in everybody(store)]
        rules = store.rules()
    shown = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
    return Answer(
        {"workspace": str(run.workspace), "people": codes, "rules": asdict(rules)},
        [run.say("cli.init_done", path=run.workspace, people=shown)],
    )


def sample(
    run: Run,
    out: Annotated[Path, typer.Option("--out", help="Folder / 输出文件夹")] = Path("sample"),
    patches: Annotated[
        int, typer.Option("--patches", min=1, help="Number of patches / 图斑数")
    ] = 300,
    grids: Annotated[
        int | None, typer.Option("--grids", min=1, help="Number of grids / 网格数")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same data / 随机种子")] = 20260901,
) -> Answer:
    """Make the synthetic sample banner / 生成示例数据."""
    with run.progress("cli.making_sample"):
        summary = make_sample(out, seed=seed, patches=patches, grids=grids)
    data = {key: str(v) if isinstance(v, Path) else v for key, v in asdict(summary).items()}
    return Answer(data, [run.say("cli.sample_done", path=out)])


def serve(
    run: Run,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port / 端口")] = 8501,
) -> Answer:
    """Serve the screens on this machine only / 在本机启动界面."""
    Store.open(run.workspace).close()  # where there is none, nobody is served
    check_at_start(run.workspace)
    _check_port(port)
    os.environ[WORKSPACE_VARIABLE] = str(run.workspace.resolve())
    url = f"http://{HOME}:{port}"
    said = json.dumps({"url": url}) if run.is_json else run.say("cli.serving", url=url)
    os.environ[READY_VARIABLE] = said
    os.chdir(ROOT)
    # The server replaces this process, so that a signal reaches it and nothing waits in between.
    server = [sys.executable, "-m", "uvicorn", "app:app", "--host", HOME]
    quiet = ["--log-level", "warning", "--no-access-log"]
    os.execv(sys.executable, [*server, "--port", str(port), *quiet])  # noqa: S606


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOME, port))
        except OSError as error:
            raise WorkspaceError("port_taken", port=port) from error
