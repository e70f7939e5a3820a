"""Every call of a workspace, made as it should be: it is answered, and a POST is done once.

It is also what makes other refusals worth something: a call that its owner cannot make would be
refused to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from api.api_house import close, settle
from api.furniture import ask, furnish
from api.operations import Operation, operations

APART = {"stream_events"}
"""It never ends."""

REPLAYED = "idempotency-replayed"
SECOND = {"approve_key_destruction", "approve_master_destruction"}
SECRET = {
    "create_key", "invite_operator", "create_source", "rotate_source_key", "reveal_value",
    "connect_system", "create_signing_secret", "make_exchange_secret",
}  # fmt: skip
"""Their answers may hold a secret, and such an answer is shown once."""

Answers = dict[str, tuple[Operation, httpx.Response, httpx.Response | None]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """What the owner is told at each address, and told again of a POST under the same key."""
    house = settle(tmp_path_factory.mktemp("every"))
    ours = furnish(house)
    found: Answers = {}
    for one in sorted(operations(house.app), key=_order):
        if not one.is_scoped or one.is_public or one.name in APART:
            continue
        once = f"once-{one.name}" if one.method == "POST" else None
        caller = house.client(whoever_may(one))
        first = ask(caller, one, ours, once)
        found[one.name] = one, first, None if once is None else ask(caller, one, ours, once)
    yield found
    close(house)


def whoever_may(one: Operation) -> str:
    """The owner, or who does what even the owner may not; the second person is a keeper."""
    if one.name in SECOND:
        return "keeper"
    return "owner" if "owner" in one.spec["x-roles"] else str(one.spec["x-roles"][0])


def _order(one: Operation) -> tuple[bool, bool, bool, int]:
    # Reading before writing; what takes things away at the end, the inner before the outer.
    return (
        one.name.startswith("forget"),
        one.method == "DELETE",
        one.method != "GET",
        -len(one.path),
    )


def test_whoever_may_is_answered_at_every_address(answers: Answers) -> None:
    refused = {
        name: f"{first.status_code} {first.text}"
        for name, (_, first, _) in answers.items()
        if first.status_code >= 300
    }
    assert refused == {}
    assert len(answers) > 100


def test_every_post_is_done_once_under_one_key(answers: Answers) -> None:
    twice = [(name, one, again) for name, (_, one, again) in answers.items() if again is not None]
    assert len(twice) > 30
    wrong = {
        name: f"{again.status_code} {again.text}"
        for name, first, again in twice
        if not (again.headers.get(REPLAYED) == "true" and again.content == first.content)
        and not (name in SECRET and again.json().get("code") == "answer_shown_once")
    }
    assert wrong == {}
