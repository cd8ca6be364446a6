"""``init``, ``sample``, ``serve``: a workspace, data to try, the screens."""

import json
import os
import shlex
import socket
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.errors import WorkspaceError
from geo.model.machine import is_local_name
from geo.sample.generate import make_sample
from geo.settings import (
    BEHIND_PROXY_VARIABLE,
    READY_VARIABLE,
    STORE_VARIABLE,
    WORKSPACE_VARIABLE,
    Rules,
    has_office_server,
    place_name,
)
from geo.workflow.import_people import read_people
from geo.workflow.look import everybody
from geo.workflow.serving import Serving, check_serving
from geo.workflow.set_up import FIRST_STAFF, add_sample_images, set_up, set_up_demo
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
            store = set_up_demo(run.workspace, SAMPLE, at=run.at, place=run.place)
            add_sample_images(store, SAMPLE, at=run.at)
    else:
        rules = replace(DEFAULTS, review_levels=review_levels, due_days=due_days)
        staff = read_people(people) if people else FIRST_STAFF
        store = set_up(run.place, at=run.at, rules=rules, staff=staff)
    with store:
        codes = [p.code for p in everybody(store)]
        rules = store.rules()
    shown = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
    return Answer(
        {"workspace": place_name(run.place), "people": codes, "rules": asdict(rules)},
        [run.say("cli.init_done", path=place_name(run.place), people=shown)],
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
    host: Annotated[str, typer.Option("--host", help="Address to listen on / 监听地址")] = HOME,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port / 端口")] = 8501,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate, PEM / 证书文件")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", help="Its key, PEM / 私钥文件")
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="A proxy on this machine does TLS / 本机反向代理之后"),
    ] = False,
) -> Answer:
    """Serve the screens / 启动界面."""
    wanted = Serving(
        host=host,
        is_local=is_local_name(host),
        is_behind_proxy=behind_proxy,
        certificate=tls_cert.resolve() if tls_cert else None,
        key=tls_key.resolve() if tls_key else None,
        has_office_server=has_office_server(),
        command=_first_account(run),
    )
    # Opened first: where there is nothing yet, that is what is to be said.
    check_at_start(run.store)
    check_serving(run.store, wanted, at=run.at)
    run.store.close()
    _check_port(host, port)
    if isinstance(run.place, str):
        os.environ[STORE_VARIABLE] = run.place
    os.environ[WORKSPACE_VARIABLE] = str(run.workspace.resolve())
    if behind_proxy:
        os.environ[BEHIND_PROXY_VARIABLE] = "1"
    shown = f"[{host}]" if ":" in host else host
    url = f"{'https' if wanted.certificate else 'http'}://{shown}:{port}"
    said = json.dumps({"url": url}) if run.is_json else run.say("cli.serving", url=url)
    os.environ[READY_VARIABLE] = json.dumps({"said": said, "host": host, "port": port})
    os.chdir(ROOT)
    # The server replaces this process, so that a signal reaches it and nothing waits in between.
    # What a proxy says of the browser is believed by the gate, on its own terms.
    server = [sys.executable, "-m", "uvicorn", "app:app", "--host", host, "--no-proxy-headers"]
    quiet = ["--log-level", "warning", "--no-access-log"]
    tls = ["--ssl-certfile", str(wanted.certificate), "--ssl-keyfile", str(wanted.key)]
    more = tls if wanted.certificate else []
    os.execv(sys.executable, [*server, "--port", str(port), *quiet, *more])  # noqa: S606


def _first_account(run: Run) -> str:
    """Write the command that lets the workspace's administrator sign in."""
    words = [sys.executable, "-m", "geo", "account", "add", run.actor.code]
    words += ["--workspace", str(run.workspace)]
    if isinstance(run.place, str) and STORE_VARIABLE not in os.environ:
        words += ["--store", place_name(run.place)]  # without its password
    return shlex.join(words)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WorkspaceError("port_taken", port=port) from error
