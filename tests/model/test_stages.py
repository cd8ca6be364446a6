"""The one table of moves: what it permits, written down a second time, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NotAllowed
from geo.model.stages import (
    CLOSED_STAGES,
    DISPATCH,
    MOVES,
    OFFICE,
    PASSED_STAGE,
    REVIEWED_STAGES,
    Level,
    Role,
    Stage,
    Verb,
    check_move,
    next_review_stage,
    require_role,
)
from geo.text import LANGS, say

# verb, from, to, needs a reason; who: a administrator, i inspector, m manager, r ranger, c chief,
# p partner
TABLE = """
located     issued                             issued         aim   -
assigned    issued,assigned,in_field           assigned       aim   -
exported    assigned                           in_field       aimr  -
found       assigned,in_field                  verified       aimr  -
passed      verified                           county_passed  ai    -
passed      county_passed                      city_passed    ai    -
passed      city_passed                        audited        ai    -
returned    verified                           assigned       ai    reason
returned    county_passed,city_passed,audited  assigned       ai    reason
returned    county_passed,city_passed,audited  verified       ai    reason
closed      county_passed,city_passed,audited  closed_lawful  aic   reason
case_opened county_passed,city_passed,audited  case_open      aic   reason
rectified   case_open                          rectifying     aic   reason
accepted    rectifying                         accepted       aic   reason
closed      accepted                           closed         aic   reason
reopened    closed_lawful,closed               verified       aic   reason
redelivered any                                itself         ai    -
settled     any                                itself         ai    reason
undone      assigned                           issued         aim   -
undone      assigned                           assigned       aim   -
undone      assigned                           in_field       aim   -
undone      assigned,county_passed             verified       ai    -
undone      assigned,verified,city_passed      county_passed  ai    -
undone      assigned,verified,audited          city_passed    ai    -
undone      assigned,verified                  audited        ai    -
undone      closed_lawful,case_open            county_passed  aic   -
undone      closed_lawful,case_open            city_passed    aic   -
undone      closed_lawful,case_open            audited        aic   -
undone      rectifying                         case_open      aic   -
undone      accepted                           rectifying     aic   -
undone      closed                             accepted       aic   -
undone      verified                           closed_lawful  aic   -
undone      verified                           closed         aic   -
undone      not-assigned                       itself         ai    -
"""
ROLES = dict(zip("aimrcp", Role, strict=True))


def permitted() -> dict[tuple[Verb, Stage, Stage], tuple[frozenset[Role], bool]]:
    """Each single move of the table, with who may make it and whether it needs a reason."""
    moves = {}
    for line in TABLE.strip().splitlines():
        verb, sources, target, who, reason = line.split()
        for source in _sources(sources):
            reached = source if target == "itself" else target
            key = (Verb(verb), Stage(source), Stage(reached))
            moves[key] = (frozenset(ROLES[letter] for letter in who), reason == "reason")
    return moves


def _sources(written: str) -> list[str]:
    others = {"any": "", "not-assigned": Stage.ASSIGNED}
    if written in others:
        return [stage for stage in Stage if stage != others[written]]
    return written.split(",")


PERMITTED = permitted()
MOVE_NAMES = [f"{verb}: {source} to {target}" for verb, source, target in PERMITTED]


@pytest.mark.parametrize("move", PERMITTED, ids=MOVE_NAMES)
def test_every_move_of_the_table_is_open_to_its_roles_and_to_nobody_else(
    move: tuple[Verb, Stage, Stage],
) -> None:
    roles, _ = PERMITTED[move]
    for role in Role:
        if role in roles:
            assert check_move(*move, role, reason="理由").target is move[2]
            continue
        with pytest.raises(NotAllowed) as refusal:
            check_move(*move, role, reason="理由")
        assert refusal.value.code == "role_not_allowed"


@pytest.mark.parametrize("move", PERMITTED, ids=MOVE_NAMES)
@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_move_that_needs_a_reason_is_refused_without_one(
    move: tuple[Verb, Stage, Stage], reason: str
) -> None:
    roles, needs_reason = PERMITTED[move]
    role = min(roles)
    if not needs_reason:
        assert not check_move(*move, role, reason=reason).needs_reason
        return
    with pytest.raises(NotAllowed) as refusal:
        check_move(*move, role, reason=reason, patch="B1/7")
    assert refusal.value.code == "reason_needed"
    assert refusal.value.values == {"patch": "B1/7", "verb": move[0]}


def test_the_program_knows_exactly_the_moves_of_the_table() -> None:
    known = [(m.verb, source, m.target) for m in MOVES for source in m.sources]
    assert len(known) == len(set(known)), "a move stands in the table twice"
    assert set(known) == set(PERMITTED)


@given(
    verb=st.sampled_from(Verb),
    source=st.sampled_from(Stage),
    target=st.sampled_from(Stage),
    role=st.sampled_from(Role),
    reason=st.text(max_size=5),
)
def test_a_move_is_made_exactly_if_the_table_permits_it(
    verb: Verb, source: Stage, target: Stage, role: Role, reason: str
) -> None:
    roles, needs_reason = PERMITTED.get((verb, source, target), (frozenset(), False))
    is_lawful = role in roles and (bool(reason.strip()) or not needs_reason)
    if is_lawful:
        assert check_move(verb, source, target, role, reason=reason).verb is verb
    else:
        with pytest.raises(NotAllowed):
            check_move(verb, source, target, role, reason=reason)


def test_a_refused_move_names_patch_stage_and_verb_in_both_languages() -> None:
    with pytest.raises(NotAllowed) as refusal:
        check_move(Verb.CLOSED, Stage.ISSUED, Stage.CLOSED, Role.ADMINISTRATOR, patch="B1/7")
    error = refusal.value
    assert say(f"error.{error.code}", "zh", **error.values) == (
        "图斑 B1/7 处于“已下发”，现在不能“关闭”。"
    )
    assert say(f"error.{error.code}", "en", **error.values) == (
        "The patch B1/7 is at the stage “Issued”; “Closed” is not possible now."
    )


def test_a_refused_role_is_named_in_both_languages() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require_role(Role.RANGER, OFFICE, Verb.IMPORTED)
    texts = [say(f"error.{refusal.value.code}", lang, **refusal.value.values) for lang in LANGS]
    assert texts == [
        "护林员不能做“导入”。请由有权限的人办理。",
        "The role Ranger may not do “Imported”. Ask somebody who may.",
    ]


@pytest.mark.parametrize("role", Role)
def test_whoever_may_dispatch_is_let_through_and_others_are_not(role: Role) -> None:
    if role in DISPATCH:
        require_role(role, DISPATCH, Verb.LOCATED)
        return
    with pytest.raises(NotAllowed):
        require_role(role, DISPATCH, Verb.LOCATED)


@pytest.mark.parametrize(
    ("levels", "steps"),
    [
        (1, {Stage.VERIFIED: (Level.COUNTY, Stage.COUNTY_PASSED)}),
        (
            2,
            {
                Stage.VERIFIED: (Level.COUNTY, Stage.COUNTY_PASSED),
                Stage.COUNTY_PASSED: (Level.CITY, Stage.CITY_PASSED),
            },
        ),
        (
            3,
            {
                Stage.VERIFIED: (Level.COUNTY, Stage.COUNTY_PASSED),
                Stage.COUNTY_PASSED: (Level.CITY, Stage.CITY_PASSED),
                Stage.CITY_PASSED: (Level.PROVINCE, Stage.AUDITED),
            },
        ),
    ],
)
def test_a_finding_is_reviewed_once_by_every_configured_level_from_the_county_up(
    levels: int, steps: dict[Stage, tuple[Level, Stage]]
) -> None:
    configured = tuple(Level)[:levels]
    assert {s: next_review_stage(s, configured) for s in Stage} == {s: steps.get(s) for s in Stage}


@given(st.integers(min_value=1, max_value=3))
def test_every_review_that_is_due_is_a_move_of_the_table(levels: int) -> None:
    for stage in Stage:
        due = next_review_stage(stage, tuple(Level)[:levels])
        if due is not None:
            assert (Verb.PASSED, stage, due[1]) in PERMITTED


def test_every_stage_can_be_reached_and_no_stage_is_a_dead_end() -> None:
    ways = {(source, target) for _, source, target in PERMITTED if source is not target}
    reached = {Stage.ISSUED} | {target for _, target in ways}
    left = {source for source, _ in ways}
    assert reached == left == set(Stage)


def test_reviewed_and_closed_stages_are_apart() -> None:
    assert set(PASSED_STAGE.values()) == REVIEWED_STAGES
    assert not REVIEWED_STAGES & CLOSED_STAGES
