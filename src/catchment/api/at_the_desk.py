"""Routes that are worked on at a desk: bounded, authenticated first, committed last.

The order matters. Who calls is known before a byte of the body is read, so strangers cannot make us
parse; the transaction ends before the first byte of the answer leaves, so nobody is told of what
was not kept.
"""

import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from catchment import access
from catchment.api.desk import IDEMPOTENCY_HEADER, Desk, Replayed
from catchment.api.errors import RequestTooLarge
from catchment.api.services import Services
from catchment.api.showing import shown

BODY_BYTES_MAX = 1024 * 1024
UPLOAD_BYTES_MAX = 4 * 1024**3

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PublicRoute(APIRoute):
    """A route for anybody."""

    is_public = True
    body_bytes_max = BODY_BYTES_MAX
    keeps_body = True

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler, between finding out who calls and keeping what was done."""
        handle = super().get_route_handler()

        async def at_the_desk(request: Request) -> Response:
            services: Services = request.app.state.services
            bounded = Request(request.scope, _bounded(request, self.body_bytes_max))
            desk = Desk(services, bounded)
            request.state.desk = desk
            started = time.perf_counter()
            status = 500
            try:
                response = await shown(desk, await self._worked_on(desk, bounded, handle))
                status = response.status_code
            except Replayed as before:
                response = await shown(desk, before.response)
                status = response.status_code
            finally:
                seconds = time.perf_counter() - started
                request.app.state.gauges.observe(self.operation_id or self.name, status, seconds)
            return response

        return at_the_desk

    async def _worked_on(self, desk: Desk, request: Request, handle: Handler) -> Response:
        try:
            if not self.is_public:
                await run_in_threadpool(desk.authenticate)
                if IDEMPOTENCY_HEADER in request.headers:
                    body = await request.body() if self.keeps_body else b""
                    path = f"{request.url.path}?{request.url.query}"
                    desk.fingerprint = access.fingerprint(request.method, path, body)
            response = await handle(request)
            await run_in_threadpool(desk.finish, response)
        except BaseException as error:
            await run_in_threadpool(desk.abandon, error)
            raise
        return response


class DeskRoute(PublicRoute):
    """A route for callers that we know."""

    is_public = False


class UploadRoute(DeskRoute):
    """A route that takes a whole file; its body is streamed, never held."""

    body_bytes_max = UPLOAD_BYTES_MAX
    keeps_body = False


class _TooLarge(HTTPException):
    """Passes through FastAPI's own reading of the body unchanged."""

    def __init__(self, bytes_max: int) -> None:
        limit = f"{bytes_max // 1024:,} KB"
        super().__init__(413, f"The body is larger than the {limit} that this address takes.")


def _bounded(request: Request, bytes_max: int) -> Receive:
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > bytes_max:
        raise RequestTooLarge(f"the body is larger than {bytes_max:,} bytes")
    seen = 0

    async def receive() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > bytes_max:
            raise _TooLarge(bytes_max)
        return message

    return receive
