"""``verify``, ``seal``, ``undo``, ``backup``, ``restore``: what proves and keeps the history."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.cli.judge import Patch, Reason
from geo.cli.run import Answer, Run, verb
from geo.workflow import backup as backing_up
from geo.workflow import look
from geo.workflow import seal as sealing
from geo.workflow.look import one, story
from geo.workflow.seal import SealCheck
from geo.workflow.undo import undo as take_back


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "verify")(verify)
    verb(app, "undo")(undo)
    verb(app, "seal")(seal)
    verb(app, "backup")(backup)
    verb(app, "restore")(restore)


def verify(
    run: Run,
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", help="File with the key noted down / 抄录的公钥文件"),
    ] = None,
) -> Answer:
    """Check the file, every history link by link, and every sealed day / 核对历史与封存."""
    keys = sealing.read_public_keys(public_key) if public_key else frozenset[str]()
    with run.progress("cli.verifying"):
        unsound = run.store.check_integrity()
        found = look.verify(run.store, run.actor)
        seals = sealing.check_seals(run.store, run.actor, known_keys=keys)
    broken = [asdict(b) | {"text": run.say(f"broken.{b.what}")} for b in found.broken]
    data = {
        "patches": found.patches,
        "events": found.events,
        "digest": found.digest,
        "broken": broken,
        "integrity": unsound,
        "seals": _seal_data(run, seals),
    }
    lines = [
        run.say("cli.broken", patch=b["patch_key"], version=b["version"], what=b["text"])
        for b in broken
    ]
    is_refused = bool(broken or unsound or seals.broken)
    if not is_refused:
        counts = {"patches": found.patches, "events": found.events, "digest": found.digest}
        lines = [run.say("cli.verified", **counts)]
    return Answer(data, [*unsound, *lines, *_seal_lines(run, seals)], is_refused=is_refused)


def _seal_data(run: Run, seals: SealCheck) -> dict[str, Any]:
    wrong = seals.broken
    return {
        "days": seals.days,
        "last_day": seals.last_day.isoformat() if seals.last_day else None,
        "public_keys": list(seals.public_keys),
        "not_sealed": seals.loose,
        "broken": wrong
        and {
            "day": wrong.day.isoformat(),
            "what": wrong.what,
            "text": run.say(f"broken_day.{wrong.what}"),
            "patches": list(wrong.patches),
        },
    }


def _seal_lines(run: Run, seals: SealCheck) -> list[str]:
    keys = ", ".join(seals.public_keys)
    changed = [run.say("cli.seal_keys", count=len(seals.public_keys), keys=keys)]
    also = changed if len(seals.public_keys) > 1 else []
    wrong = seals.broken
    if wrong is not None:
        what = run.say(f"broken_day.{wrong.what}")
        lines = [run.say("cli.seal_broken", day=wrong.day, what=what)]
        if wrong.patches:
            lines.append(run.say("cli.seal_among", patches=", ".join(wrong.patches)))
        elif wrong.what == "digest":
            lines.append(run.say("cli.seal_earlier"))
        return [*lines, *also]
    if not seals.days:
        return [run.say("cli.seals_none")]
    last, loose = seals.last_day, seals.loose
    return [run.say("cli.seals_good", days=seals.days, last=last, loose=loose), *also]


def undo(run: Run, patch: Patch, reason: Reason = "") -> Answer:
    """Take back the last step of a patch / 撤销最近一步."""
    told = story(run.store, run.actor, patch)
    undone = told.events[-1].verb
    take_back(run.store, run.actor, [told.patch], reason=reason, at=run.at)
    now = one(run.store, run.actor, told.patch.key)
    data = {
        "patch": now.key,
        "undone": undone.value,
        "stage": now.stage.value,
        "version": now.version,
    }
    return Answer(data, [run.say("cli.undone", patch=now.key, verb=undone, stage=now.stage)])


def seal(
    run: Run,
    day: Annotated[
        str | None, typer.Option("--day", help="Day, like 2026-11-23; else yesterday / 日期")
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="A day that is not over, up to now / 封存到此刻")
    ] = False,
    public_key: Annotated[
        bool, typer.Option("--public-key", help="Only say the public key / 只显示公钥")
    ] = False,
) -> Answer:
    """Digest and sign what the history is by the end of a day / 封存一天的历史."""
    if public_key:
        key = sealing.public_key(run.store)
        return Answer({"public_key": key}, [run.say("cli.public_key", public=key)])
    report = sealing.seal_day(run.store, run.actor, at=run.at, day=run.date(day), is_open_day=now)
    sealed = report.sealed
    when = sealed.sealed_at.isoformat(timespec="seconds")
    data = {
        "day": sealed.day.isoformat(),
        "is_new": report.is_new,
        "sealed_at": when,
        "patches": sealed.patches,
        "events": sealed.events,
        "digest": sealed.digest,
        "public_key": sealed.public_key,
        "signature": sealed.signature,
    }
    if not report.is_new:
        line = run.say("cli.sealed_before", day=sealed.day, when=when, digest=sealed.digest)
        return Answer(data, [line])
    said = {name: data[name] for name in ("day", "patches", "events", "digest")}
    return Answer(data, [run.say("cli.sealed", **said)])


def backup(
    run: Run,
    to: Annotated[Path | None, typer.Option("--to", help="Folder for copies / 备份文件夹")] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Keep so many / 保留份数")
    ] = None,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="The keys too / 连同密钥")] = False,
) -> Answer:
    """Copy the whole workspace while it is in use / 备份工作区."""
    with run.progress("cli.backing_up"):
        made = backing_up.back_up(
            run.store, run.actor, to, at=run.at, keep=keep, with_keys=with_keys
        )
    data = {
        "file": str(made.path),
        "files": made.manifest.files,
        "patches": made.manifest.patches,
        "events": made.manifest.events,
        "digest": made.manifest.digest,
        "sha256": made.manifest.sha256,
        "removed": [str(path) for path in made.removed],
    }
    said = {name: data[name] for name in ("file", "files", "patches", "events", "digest")}
    lines = [run.say("cli.backed_up", **said)]
    if made.removed:
        lines.append(run.say("cli.backups_removed", count=len(made.removed)))
    return Answer(data, lines)


def restore(
    run: Run, file: Annotated[Path, typer.Argument(help="Backup, .sqlite / 备份文件")]
) -> Answer:
    """Make a workspace from a backup, in an empty place / 从备份恢复到空文件夹."""
    with run.progress("cli.restoring"):
        manifest = backing_up.restore(file, run.workspace)
    data = {
        "workspace": str(run.workspace),
        "made_at": manifest.made_at,
        "files": manifest.files,
        "patches": manifest.patches,
        "events": manifest.events,
        "digest": manifest.digest,
    }
    said = {name: data[name] for name in ("workspace", "made_at", "patches", "events", "digest")}
    return Answer(data, [run.say("cli.restored", **said)])
