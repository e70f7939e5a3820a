"""Is it alive, is it ready, how is it doing: three addresses for machines."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from catchment.api.keys_state import keys_trouble, lands_behind
from catchment.api.problems import problem
from catchment.api.services import Services
from catchment.kernel import Unavailable

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def is_alive() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def is_ready(request: Request) -> JSONResponse:
    """The parts it needs answer too.

    Without its keys it is ready all the same: it collects, answers and shows masks. What has to
    wait for them is said.
    """
    services: Services = request.app.state.services
    checks = {
        "records": services.database.check,
        "log": services.log.head,
        "lake": services.events.position,
    }
    away = []
    for name, check in checks.items():
        try:
            check()
        except Unavailable as trouble:
            away.append({"pointer": name, "detail": trouble.message})
    if away:
        return problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", "A part does not answer.", errors=away,
            headers={"Retry-After": "1"},
        )  # fmt: skip
    told = dict.fromkeys(checks, "ok")
    closed = keys_trouble(services)
    # Whoever asks is not known: where the keys lie is for those who sign in.
    told["keys"] = closed or "ok"
    told["landing"] = "waits for the keys" if closed and lands_behind(services) else "ok"
    body = {"status": "ready", "checks": told}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/metrics")
def measure(request: Request) -> Response:
    """What Prometheus reads."""
    return Response(
        request.app.state.gauges.expose(), media_type="text/plain; version=0.0.4; charset=utf-8"
    )
