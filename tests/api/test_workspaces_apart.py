"""Two workspaces never see each other, at any endpoint there is or will be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from api.api_house import House, close, settle
from api.furniture import Furniture, ask, furnish, request_of
from api.operations import Operation, operations
from catchment import collect
from catchment.api import create_app
from catchment.store import UnitOfWork

ENDLESS = {"stream_events"}
"""Their answer would not end where it is allowed; they are asked where it is not."""

SHARED = {"ask_master_destruction"}
"""The master key is the installation's: any workspace may ask, and is told of none but itself."""

BLIND = {
    # figures alone: nothing of ours could be told from the neighbour's
    "count_events", "summarise_quarantine", "count_duplicates", "read_frequency_levels",
    "read_rfm", "read_pareto", "read_life_cycle", "read_person_levels", "read_audience_growth",
    "read_sweep",
    # kinds, states and counts, the values masked whole
    "read_job", "list_identifier_refusals",
    # ids and hints of secrets, which have no name
    "list_signing_secrets",
    # keys and days, and whose destruction was asked for why
    "read_retention",
    # keyed hashes, and a receipt that names nobody otherwise
    "list_suppressions", "download_receipt",
    # in clear for whoever may reveal; the owner, who asks here, may not
    "download_rights_file",
    # the same in every workspace
    "read_setup", "list_metrics",
}  # fmt: skip
"""What an answer holds no mark of, though it is about ours."""

WORDS = {
    "workspace_id", "trait_name", "item_kind", "item_id", "from", "to", "data_class", "version",
}  # fmt: skip
"""They stand in asks without being an id of something that only we have."""

STATE = (
    "list_sources", "list_keys", "list_operators", "list_imports", "list_audiences", "list_lists",
    "list_tags", "list_tag_groups", "list_traits", "list_duplicates", "read_identity",
    "list_identity_decisions", "read_person_tags", "read_identity_rules", "list_audience_versions",
    "list_audience_exports", "list_privacy_fields", "list_grants",
)  # fmt: skip
"""Answers that would be others if somebody had changed something of ours."""


@pytest.fixture
def furnished(tmp_path: Path) -> Iterator[tuple[House, Furniture]]:
    """Made anew for each test: what the neighbour writes while asking stays with the neighbour."""
    house = settle(tmp_path)
    yield house, furnish(house)
    close(house)


def scoped(app: FastAPI) -> list[Operation]:
    return [operation for operation in operations(app) if operation.is_scoped]


def names_ours(operation: Operation, ours: Furniture) -> bool:
    """The address or the body names something of ours that must be there."""
    body = json.dumps(request_of(operation, ours, {}).get("json"))
    named = any(one in body for name, one in ours.ids.items() if name not in WORDS)
    return named or bool(set(operation.path_names) - {"workspace_id"})


def leaks(house: House, ours: Furniture, app: FastAPI) -> list[str]:
    """What strangers see or may touch of ours, over every endpoint of the app."""
    found = []
    for operation in scoped(app):
        for caller in ("anonymous", "stranger"):
            answer = ask(house.client(caller, app=app), operation, ours)
            refused = {401} if caller == "anonymous" else {403, 404}
            if answer.status_code not in refused or ours.shows_in(answer.text):
                found.append(f"{caller} → {operation.name}: {answer.status_code}")
        if operation.name in ENDLESS:
            continue
        # The neighbour's own address with our ids in it: items are missing, lists are empty of us.
        stranger = house.client("stranger", app=app)
        answer = ask(stranger, operation, ours, workspace_id=house.theirs.id)
        missing = {403, 404} if len(operation.path_names) > 1 else {403, 404, 409, 422}
        is_ours = names_ours(operation, ours) and operation.name not in SHARED
        touched = is_ours and answer.status_code not in missing
        told = ours.shows_in(_less_the_question(operation, ours, answer.text))
        if told or touched:
            found.append(f"neighbour with our ids → {operation.name}: {answer.status_code}")
    return found


def _less_the_question(operation: Operation, ours: Furniture, answer: str) -> str:
    # What the neighbour wrote into their own workspace they may read again.
    asked = json.dumps(request_of(operation, ours, {}).get("json"))
    return "" if operation.method != "GET" and ours.shows_in(asked) else answer


def test_no_endpoint_shows_or_gives_one_workspace_to_another(
    furnished: tuple[House, Furniture],
) -> None:
    house, ours = furnished
    owner = house.client("owner")
    state = [one for one in scoped(house.app) if one.name in STATE]
    assert len(state) == len(STATE)
    before = [_lasting(ask(owner, one, ours).json()) for one in state]
    assert len(scoped(house.app)) > 100
    assert leaks(house, ours, house.app) == []
    assert [_lasting(ask(owner, one, ours).json()) for one in state] == before


def _lasting(answer: Any) -> Any:
    """The answer without what the clock alone changes: counts by hour move on with the hour."""
    if isinstance(answer, list):
        return [_lasting(one) for one in answer]
    if isinstance(answer, dict):
        return {name: _lasting(value) for name, value in answer.items() if name != "volume_by_hour"}
    return answer


def test_only_the_front_door_is_open_to_anybody(house: House) -> None:
    public = {operation.name for operation in operations(house.app) if operation.is_public}
    front_door = {"read_setup", "complete_setup", "sign_in", "accept_invitation"}
    # The exchange is no caller of ours: it signs each question instead.
    assert public == {*front_door, "put_call_through"}


def test_a_key_of_ours_opens_no_other_workspace(furnished: tuple[House, Furniture]) -> None:
    house, ours = furnished
    client = house.client("key:admin")
    for operation in scoped(house.app):
        answer = ask(client, operation, ours, workspace_id=house.theirs.id)
        assert answer.status_code == 404, operation.name


def test_the_marks_are_really_there_to_be_seen(furnished: tuple[House, Furniture]) -> None:
    house, ours = furnished
    owner = house.client("owner")
    blind = {
        operation.name
        for operation in operations(house.app)
        if operation.method == "GET"
        and operation.name not in ENDLESS
        and not ours.shows_in(ask(owner, operation, ours).text)
    }
    assert blind == BLIND


def test_a_leaky_route_is_caught(furnished: tuple[House, Furniture]) -> None:
    house, ours = furnished
    leaky = APIRouter()

    @leaky.get("/api/v1/workspaces/{workspace_id}/leak", operation_id="leak")
    def leak(workspace_id: str) -> list[str]:
        with UnitOfWork(house.services.database, reads_only=True) as uow:
            return [source.name for source in collect.list_sources(uow, workspace_id)]  # type: ignore[arg-type]

    app = create_app(house.services)
    app.include_router(leaky)
    assert any("leak" in line for line in leaks(house, ours, app))
