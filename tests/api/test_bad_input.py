"""Whatever is sent, to whichever endpoint: never an answer in the five hundreds."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.api_house import Client, House, close, settle
from api.asks import NOTHING
from api.furniture import Furniture, furnish
from api.operations import Document, Operation, operations
from catchment.api import create_app
from catchment.api.openapi import openapi_document
from catchment.api.problems import MEDIA_TYPE

APART = {"sign_out", "stream_events", "change_me", "remove_operator", "change_operator"}
"""They would end the caller's own sign-in or role, or never end; other tests are rude to them."""

NAMES = sorted(
    (
        spec["operationId"]
        for methods in openapi_document()["paths"].values()
        for spec in methods.values()
        if spec["operationId"] not in APART
    ),
    # What takes something away comes last, so that the others find it in its place.
    key=lambda name: (name.startswith(("delete", "forget", "remove", "revoke", "take")), name),
)
WILD_TEXT = st.text(max_size=40) | st.sampled_from(
    ["", "\x00", "\ud800", "../../etc/passwd", "' OR 1=1 --", "%", "_", "\u202e", "0", "-1", "NaN"]
)
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WILD_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WILD_TEXT, inner, max_size=4),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Furniture]]:
    house = settle(tmp_path_factory.mktemp("rude"))
    yield house, furnish(house)
    close(house)


def fitting(operation: Operation, schema: Document, ids: dict[str, str], name: str = "") -> Any:
    """A strategy of values that fit a schema, now and then wild instead."""
    schema = operation.resolve(schema)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        fit = st.one_of([fitting(operation, option, ids, name) for option in options])
    elif "enum" in schema:
        fit = st.sampled_from(schema["enum"])
    elif schema.get("type") == "object":
        fields = schema.get("properties", {})
        needed = set(schema.get("required", []))
        shapes = {field: fitting(operation, fields[field], ids, field) for field in fields}
        fit = st.fixed_dictionaries(
            {field: shape for field, shape in shapes.items() if field in needed},
            optional={field: shape for field, shape in shapes.items() if field not in needed},
        )
        if not fields:
            fit = st.dictionaries(WILD_TEXT, WILD, max_size=3)
    elif schema.get("type") == "array":
        fit = st.lists(fitting(operation, schema.get("items", {}), ids), max_size=4)
    else:
        fit = scalar(schema, ids, name)
    return fit | st.just(operation.sample(schema, ids, name)) | WILD


def scalar(schema: Document, ids: dict[str, str], name: str) -> Any:
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda at: at.isoformat() + "Z") | st.just("0001-01-01T00:00Z")
    kind = schema.get("type")
    if kind == "integer":
        low, high = schema.get("minimum", -(2**70)), schema.get("maximum", 2**70)
        return st.integers(low, high)
    if kind == "number":
        return st.floats(allow_nan=False)
    if kind == "boolean":
        return st.booleans()
    known = [ids[name]] if name in ids else []
    return st.sampled_from([*known, "x" * 12, "properties.a", "CNY", "UTC", "name"]) | WILD_TEXT


def encodable(value: Any) -> bool:
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def be_rude(client: Client, operation: Operation, ours: Furniture) -> None:
    """Sends an operation what fits, what nearly fits and what does not fit at all."""
    letters = st.text(string.ascii_letters + string.digits + "%_-.~ \x00é", min_size=1, max_size=70)
    sent = ours.asks.get(operation.name, NOTHING)
    ids = {**ours.ids, **sent.ids}
    names = [name for name in operation.path_names if name != "workspace_id"]
    paths = {name: st.just(ids.get(name, "none")) | letters for name in names}
    queries = {p["name"]: fitting(operation, p["schema"], ids, p["name"]) for p in operation.query}
    bodies = WILD if operation.body is None else fitting(operation, operation.body, ids)
    if sent.json is not None:
        bodies |= st.just(sent.json)

    @settings(
        max_examples=8, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        st.fixed_dictionaries(paths), st.fixed_dictionaries({}, optional=queries), bodies,
        st.none() | WILD_TEXT.filter(encodable),
    )  # fmt: skip
    def send(path: dict[str, str], query: dict[str, Any], body: Any, once: str | None) -> None:
        headers = {"Content-Type": "application/json"}
        if once is not None:
            headers["Idempotency-Key"] = quote(once)
        answer = client.request(
            operation.method,
            quote(operation.at({**ids, **path}), safe="/%"),
            params={key: str(value) for key, value in query.items() if encodable(value)},
            content=json.dumps(body).encode() if operation.method != "GET" else None,
            headers=headers,
        )
        assert answer.status_code < 500, (answer.text, body)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == MEDIA_TYPE

    send()


@pytest.mark.parametrize("name", NAMES)
def test_no_input_is_answered_with_a_fault(furnished: tuple[House, Furniture], name: str) -> None:
    house, ours = furnished
    # As the worker does within a second of it: an earlier call may have changed who is who.
    house.keep_people()
    operation = next(one for one in operations(house.app) if one.name == name)
    be_rude(house.client("anonymous" if operation.is_public else "owner"), operation, ours)


def test_a_route_that_stumbles_is_caught(furnished: tuple[House, Furniture]) -> None:
    house, ours = furnished
    careless = APIRouter()

    @careless.get("/api/v1/halves", operation_id="halve")
    def halve(number: str = "1") -> int:
        return int(number) // 2

    app = create_app(house.services)
    app.include_router(careless)
    operation = next(one for one in operations(app) if one.name == "halve")
    with pytest.raises(AssertionError):
        be_rude(house.client("owner", app=app), operation, ours)


@pytest.mark.parametrize("path", ["/me", "/workspaces/{workspace_id}/operators/{operator_id}"])
def test_one_may_not_be_rude_to_oneself_either(
    furnished: tuple[House, Furniture], path: str
) -> None:
    house, ours = furnished
    owner = house.client("owner")
    for body in (b"", b"[]", b'"x"', b'{"role": "god"}', b'{"password": "x"}', b'{"name": 1}'):
        answer = owner.patch(
            f"/api/v1{path}".format(**ours.ids), content=body,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        assert answer.status_code == 422, answer.text
