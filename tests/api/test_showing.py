"""Showing: tokens in any answer become masks, in whatever shape the answer comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import cast

import pytest
from fastapi import Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from starlette.requests import Request

from api.api_house import House, close, settle
from catchment.access import Caller, Role
from catchment.api.desk import Desk
from catchment.api.showing import shown
from catchment.vault import DataClass, PersonalValue, Token

PHONE, NAME = "13957846291", 'Lin "Tea" \\ House'
OWNER = "ab" * 16


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = settle(tmp_path_factory.mktemp("showing"))
    yield made
    close(made)


@pytest.fixture(scope="module")
def tokens(house: House) -> tuple[str, str]:
    """A telephone number's, and that of a value of the common class."""
    values = [
        PersonalValue(OWNER, "phone", PHONE, tag="cd" * 16),
        PersonalValue(OWNER, "nickname", NAME, data_class=DataClass.COMMON),
    ]
    phone, name = house.services.vault.keep(
        house.ours.id, values, seen_us=house.services.clock.now_us()
    )
    return phone, name


def desk_of(house: House, role: Role | None = Role.ANALYST, *, is_ours: bool = True) -> Desk:
    desk = Desk(house.services, Request({"type": "http", "headers": []}))
    workspace = house.ours if is_ours else house.theirs
    desk.caller = None if role is None else Caller(workspace.id, "opr_1", role)
    return desk


def body(desk: Desk, response: Response) -> str:
    async def read() -> str:
        answer = await shown(desk, response)
        if not isinstance(answer, StreamingResponse):
            return bytes(answer.body).decode()
        lines = cast("AsyncIterator[bytes]", answer.body_iterator)
        return b"".join([line async for line in lines]).decode()

    return asyncio.run(read())


def test_json_stays_json_whatever_stands_in_a_value(house: House, tokens: tuple[str, str]) -> None:
    phone, name = tokens
    answer = JSONResponse({"a": [phone], name: f"call {phone} now, {name}", "n": 1})
    text = body(desk_of(house), answer)
    assert json.loads(text) == {
        "a": ["139****6291"], NAME: f"call 139****6291 now, {NAME}", "n": 1
    }  # fmt: skip
    assert answer.headers["content-length"] == str(len(text.encode()))


def test_common_values_are_for_those_who_read_people(house: House, tokens: tuple[str, str]) -> None:
    _, name = tokens
    assert NAME in json.loads(body(desk_of(house, Role.ANALYST), JSONResponse([name])))
    (masked,) = json.loads(body(desk_of(house, Role.VIEWER), JSONResponse([name])))
    assert "Tea" not in masked


def test_next_door_and_to_nobody_there_are_dots(house: House, tokens: tuple[str, str]) -> None:
    phone, _ = tokens
    for desk in (desk_of(house, is_ours=False), desk_of(house, None)):
        assert json.loads(body(desk, JSONResponse([phone]))) == ["\u2022\u2022\u2022\u2022"]
    unknown = str(Token("phone", "0" * 32))
    assert json.loads(body(desk_of(house), JSONResponse([unknown]))) == ["\u2022\u2022\u2022\u2022"]


def test_a_stream_of_events_is_masked_message_by_message(
    house: House, tokens: tuple[str, str]
) -> None:
    phone, _ = tokens

    async def lines() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        yield f'data: {{"phone":"{phone}"}}\n\n'

    text = body(desk_of(house), StreamingResponse(lines(), media_type="text/event-stream"))
    assert text == 'retry: 2000\n\ndata: {"phone":"139****6291"}\n\n'


def test_an_answer_without_a_token_is_not_touched(house: House) -> None:
    plain = JSONResponse({"phone": "pii is a word"})
    before = bytes(plain.body)
    assert body(desk_of(house), plain).encode() == before
    file = FileResponse(__file__)
    assert asyncio.run(shown(desk_of(house), file)) is file
