"""The API's application: routes, problems, headers and the console, put together."""

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.requests import Request

from catchment.api import health
from catchment.api.console import Console
from catchment.api.gauges import Gauges
from catchment.api.live_tail import LiveTail
from catchment.api.openapi import API_PREFIX, managing_routes, openapi_bytes
from catchment.api.problems import answer_problems
from catchment.api.security import SecurityHeaders
from catchment.api.services import Services


def create_app(services: Services) -> FastAPI:
    """The application that answers for these services."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.services = services
    app.state.tail = LiveTail(services.log)
    app.state.gauges = Gauges(services, app.state.tail)
    answer_problems(app)
    app.include_router(managing_routes())
    app.include_router(health.router)
    app.add_api_route(
        f"{API_PREFIX}/openapi.json", _describe, include_in_schema=False, methods=["GET"]
    )
    app.add_middleware(SecurityHeaders)
    # Not mounted: a mount would swallow what a route refuses for its method.
    app.router.default = Console(services.static)
    return app


def _describe(request: Request) -> Response:
    document, tag = openapi_bytes()
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(document, media_type="application/json", headers=headers)
