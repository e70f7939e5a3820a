"""Showing: the one place where tokens in answers become masks, for every route alike.

The lake holds tokens; what leaves the API holds masks. An answer without a token costs one look at
its bytes. Where the keys are away, or a person's were destroyed, `••••` stands there. Values of the
common class are shown as they are to whoever may read people.
"""

import json
from collections.abc import AsyncIterable, AsyncIterator

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, StreamingResponse

from catchment.access import Action
from catchment.api.desk import Desk
from catchment.vault import HIDDEN, TOKEN, TOKEN_MARK, Token

MARK = TOKEN_MARK.encode()
EVENT_STREAM = "text/event-stream"


async def shown(desk: Desk, response: Response) -> Response:
    """The answer with masks in the place of tokens."""
    if isinstance(response, FileResponse):
        return response  # files are masked while they are written
    if isinstance(response, StreamingResponse):
        if response.headers.get("content-type", "").startswith(EVENT_STREAM):
            response.body_iterator = _shown_lines(desk, response.body_iterator)
        return response
    body = bytes(response.body)
    if MARK in body:
        response.body = await run_in_threadpool(_masked, desk, body)
        response.headers["content-length"] = str(len(response.body))
    return response


async def _shown_lines(
    desk: Desk, lines: AsyncIterable[str | bytes | memoryview]
) -> AsyncIterator[bytes]:
    # Each piece of an event stream is a whole message, so no token is cut in two.
    async for line in lines:
        piece = line.encode() if isinstance(line, str) else bytes(line)
        yield await run_in_threadpool(_masked, desk, piece) if MARK in piece else piece


def _masked(desk: Desk, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    found = {match[0]: Token(*match.groups()) for match in TOKEN.finditer(text)}
    if not found:
        return body
    if desk.caller is None:
        return TOKEN.sub(HIDDEN, text).encode()
    masks = desk.services.vault.masks(
        desk.workspace_id, list(found.values()),
        shows_common=desk.caller.may(Action.PEOPLE_READ),
    )  # fmt: skip
    # Within a JSON text a mask is written as JSON writes it.
    written = {
        token: json.dumps(mask, ensure_ascii=False)[1:-1]
        for token, mask in zip(found, masks, strict=True)
    }
    return TOKEN.sub(lambda match: written[match[0]], text).encode()
