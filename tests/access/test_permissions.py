"""The one table of rights: nested, complete, and not to be changed while the house runs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.access import (
    APART,
    ROLE_ACTIONS,
    SCOPE_ACTIONS,
    Action,
    Caller,
    NotPermitted,
    Role,
    Scope,
    may,
)
from catchment.kernel import WorkspaceId

OURS = WorkspaceId("wsp_ours")


LADDER = (Role.OWNER, Role.OPERATOR, Role.ANALYST, Role.VIEWER)


def test_each_role_may_all_that_the_next_lower_one_may_but_reveal() -> None:
    for wider, narrower in pairwise(LADDER):
        assert ROLE_ACTIONS[wider] > ROLE_ACTIONS[narrower] - {Action.PRIVACY_REVEAL}


def test_who_manages_personal_data_does_not_use_it() -> None:
    for held in [*ROLE_ACTIONS.values(), *SCOPE_ACTIONS.values()]:
        assert not any({use, manage} <= held for use, manage in APART)
    assert Action.PRIVACY_REVEAL in ROLE_ACTIONS[Role.OPERATOR]


def test_the_owner_may_everything_but_reveal_and_every_scope_something() -> None:
    assert ROLE_ACTIONS[Role.OWNER] == set(Action) - {Action.PRIVACY_REVEAL}
    assert set(SCOPE_ACTIONS) == set(Scope)
    assert all(SCOPE_ACTIONS.values())


@pytest.mark.parametrize(
    ("role", "action", "is_allowed"),
    [
        (Role.VIEWER, Action.ANALYTICS_READ, True),
        (Role.VIEWER, Action.EVENTS_READ, False),
        (Role.ANALYST, Action.EVENTS_EXPORT, True),
        (Role.ANALYST, Action.SOURCES_WRITE, False),
        (Role.OPERATOR, Action.QUARANTINE_WRITE, True),
        (Role.OPERATOR, Action.OPERATORS_MANAGE, False),
        (Role.OPERATOR, Action.KEYS_MANAGE, False),
        (Role.OWNER, Action.AUDIT_READ, True),
    ],
)
def test_the_table_as_promised(role: Role, action: Action, is_allowed: bool) -> None:  # noqa: FBT001
    assert may(role, action) is is_allowed


def test_nobody_widens_a_role_while_the_house_runs() -> None:
    table: Any = ROLE_ACTIONS
    with pytest.raises(TypeError):
        table[Role.VIEWER] = frozenset(Action)
    with pytest.raises(AttributeError):
        table[Role.VIEWER].add(Action.KEYS_MANAGE)


@given(st.frozensets(st.sampled_from(sorted(set(Scope) - {Scope.ADMIN}))))
def test_only_admin_keys_manage_people_and_keys(scopes: frozenset[Scope]) -> None:
    caller = Caller(OURS, "key_1", scopes=scopes)
    assert not caller.may(Action.OPERATORS_MANAGE)
    assert not caller.may(Action.KEYS_MANAGE)
    assert not caller.may(Action.WORKSPACE_MANAGE)


def test_a_refusal_names_the_action() -> None:
    with pytest.raises(NotPermitted) as refused:
        Caller(OURS, "opr_1", role=Role.VIEWER).require(Action.SOURCES_WRITE)
    assert refused.value.details == {"action": "sources.write"}


def test_a_caller_without_role_or_scope_may_nothing() -> None:
    assert not any(Caller(OURS, "nobody").may(action) for action in Action)
