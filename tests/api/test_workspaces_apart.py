"""Two workspaces never see each other, at any endpoint there is or will be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from api.api_house import CANARY, Client, House, close, furnish, settle
from api.operations import Operation, operations
from catchment import collect
from catchment.api import create_app
from catchment.store import UnitOfWork

ENDLESS = {"stream_events"}
"""Their answer would not end where it is allowed; they are asked where it is not."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, str]]]:
    house = settle(tmp_path_factory.mktemp("apart"))
    yield house, furnish(house)
    close(house)


def ask(client: Client, operation: Operation, ids: Mapping[str, str]) -> httpx.Response:
    params = {
        p["name"]: operation.sample(p["schema"], ids, p["name"])
        for p in operation.query
        if p.get("required") or p["name"] in ids
    }
    options: dict[str, object] = {"params": params}
    if operation.is_upload:
        options["files"] = {"file": ("a.csv", b"user,event,time\n1,x,2026-01-01\n")}
    elif operation.body is not None:
        options["json"] = operation.sample(operation.body, ids)
    return client.request(operation.method, operation.at(ids), **options)


def leaks(house: House, ids: dict[str, str], app: FastAPI) -> list[str]:
    """What strangers see or may touch of ours, over every endpoint of the app."""
    found = []
    callers = ("anonymous", "stranger")
    for operation in operations(app):
        if not operation.is_scoped:
            continue
        for caller in callers:
            answer = ask(house.client(caller, app=app), operation, ids)
            refused = {401} if caller == "anonymous" else {403, 404}
            if answer.status_code not in refused or CANARY in answer.text:
                found.append(f"{caller} → {operation.name}: {answer.status_code}")
        if operation.name in ENDLESS:
            continue
        # The neighbour's own address with our ids in it: items are missing, lists are empty of us.
        theirs = {**ids, "workspace_id": house.theirs.id}
        answer = ask(house.client("stranger", app=app), operation, theirs)
        names_ours = set(operation.path_names) - {"workspace_id"}
        if CANARY in answer.text or (names_ours and answer.status_code not in {403, 404}):
            found.append(f"neighbour with our ids → {operation.name}: {answer.status_code}")
    return found


def test_no_endpoint_shows_or_gives_one_workspace_to_another(
    furnished: tuple[House, dict[str, str]],
) -> None:
    house, ids = furnished
    assert sum(operation.is_scoped for operation in operations(house.app)) > 40
    assert leaks(house, ids, house.app) == []


def test_only_the_front_door_is_open_to_anybody(house: House) -> None:
    public = {operation.name for operation in operations(house.app) if operation.is_public}
    assert public == {"read_setup", "complete_setup", "sign_in", "accept_invitation"}


def test_a_key_of_ours_opens_no_other_workspace(furnished: tuple[House, dict[str, str]]) -> None:
    house, ids = furnished
    client = house.client("key:admin")
    for operation in operations(house.app):
        if operation.is_scoped:
            answer = ask(client, operation, {**ids, "workspace_id": house.theirs.id})
            assert answer.status_code == 404, operation.name


def test_the_marks_are_really_there_to_be_seen(furnished: tuple[House, dict[str, str]]) -> None:
    house, ids = furnished
    owner = house.client("owner")
    blind = [
        operation.name
        for operation in operations(house.app)
        if operation.method == "GET"
        and operation.name not in ENDLESS
        and CANARY not in ask(owner, operation, {**ids, "event": CANARY}).text
    ]
    # These answer with figures or with nothing yet; each of the others would have shown a leak.
    assert set(blind) <= {
        "read_setup", "count_events", "list_metrics", "summarise_quarantine", "read_job",
        "download_export", "download_import_errors", "list_people_alike",
        "read_frequency_levels", "read_rfm", "read_pareto", "read_life_cycle",
        "read_person_levels", "overlap_audiences", "read_audience_growth", "list_audience_transitions",
        "download_audience_export",
    }  # fmt: skip


def test_a_leaky_route_is_caught(furnished: tuple[House, dict[str, str]]) -> None:
    house, ids = furnished
    leaky = APIRouter()

    @leaky.get("/api/v1/workspaces/{workspace_id}/leak", operation_id="leak")
    def leak(workspace_id: str) -> list[str]:
        with UnitOfWork(house.services.database, reads_only=True) as uow:
            return [source.name for source in collect.list_sources(uow, workspace_id)]  # type: ignore[arg-type]

    app = create_app(house.services)
    app.include_router(leaky)
    assert any("leak" in line for line in leaks(house, ids, app))
