"""``review``, ``close``, ``case``, ``reopen``, ``settle``."""

from enum import StrEnum
from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.model.stages import Stage
from geo.workflow import close as closing
from geo.workflow import review as reviewing
from geo.workflow.close import CaseStep
from geo.workflow.look import one
from geo.workflow.redelivery import settle_alert

Patch = Annotated[str, typer.Argument(help="Patch, or BATCH/PATCH / 图斑号，或 批次/图斑号")]
Reason = Annotated[str, typer.Option("--reason", help="Why / 理由")]


class Judgement(StrEnum):
    """What a reviewer says."""

    PASS = "pass"  # noqa: S105 - no password, a judgement
    RETURN = "return"


class ReturnTo(StrEnum):
    """Where a returned patch goes."""

    ASSIGNED = "assigned"
    VERIFIED = "verified"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "review")(review)
    verb(app, "close")(close)
    verb(app, "case")(case)
    verb(app, "reopen")(reopen)
    verb(app, "settle")(settle)


def review(
    run: Run,
    patch: Patch,
    judgement: Annotated[Judgement, typer.Argument(help="pass | return / 通过 | 退回")],
    reason: Reason = "",
    return_to: Annotated[
        ReturnTo, typer.Option("--return-to", help="Where it goes back to / 退回到")
    ] = ReturnTo.ASSIGNED,
) -> Answer:
    """Judge a finding / 审核."""
    reviewing.review(
        run.store,
        run.actor,
        one(run.store, run.actor, patch),
        is_passed=judgement is Judgement.PASS,
        reason=reason,
        return_to=Stage(return_to.value),
        at=run.at,
    )
    return _stage_now(run, patch)


def close(run: Run, patch: Patch, reason: Reason = "") -> Answer:
    """Close a patch / 办结或销号."""
    seen = one(run.store, run.actor, patch)
    closing.close(run.store, run.actor, seen, reason=reason, at=run.at)
    return _stage_now(run, patch)


def case(
    run: Run,
    patch: Patch,
    step: Annotated[CaseStep, typer.Argument(help="open | rectify | accept / 立案 | 整改 | 验收")],
    reason: Reason = "",
) -> Answer:
    """Take an unlawful patch through its case / 立案、整改、验收."""
    seen = one(run.store, run.actor, patch)
    closing.advance_case(run.store, run.actor, seen, step, reason=reason, at=run.at)
    return _stage_now(run, patch)


def reopen(run: Run, patch: Patch, reason: Reason = "") -> Answer:
    """Open a closed patch again / 重新打开."""
    seen = one(run.store, run.actor, patch)
    closing.reopen(run.store, run.actor, seen, reason=reason, at=run.at)
    return _stage_now(run, patch)


def settle(run: Run, patch: Patch, reason: Reason = "") -> Answer:
    """Say what came of a look at what a corrected delivery changed / 核对更正."""
    seen = one(run.store, run.actor, patch)
    settle_alert(run.store, run.actor, seen, reason=reason, at=run.at)
    now = one(run.store, run.actor, patch)
    return Answer(
        {
            "patch": now.key,
            "settled": seen.alert,
            "stage": str(now.stage),
            "version": now.version,
        },
        [run.say("cli.settled", patch=now.key, stage=now.stage)],
    )


def _stage_now(run: Run, patch: str) -> Answer:
    now = one(run.store, run.actor, patch)
    return Answer(
        {"patch": now.key, "stage": str(now.stage), "version": now.version},
        [run.say("cli.stage_now", patch=now.key, stage=now.stage)],
    )
