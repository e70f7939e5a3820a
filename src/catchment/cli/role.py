"""`catchment role …`: one process of an installation. The supervisor calls these, rarely people."""

from typing import Annotated

import typer

app = typer.Typer(help="Run a single process of an installation.", no_args_is_help=True)


@app.command("collector")
def run_collector(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
    api_socket: Annotated[
        str, typer.Option(help="Where the API listens; empty: no API here.")
    ] = "",
) -> None:
    """Accept events; pass everything else on to the API."""
    from catchment.app import collector_application  # noqa: PLC0415  (heavy)

    _serve(collector_application(api_socket or None), host=host, port=port)


@app.command("api")
def run_api(
    socket: Annotated[str, typer.Option(help="Listen on this Unix socket.")] = "",
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
) -> None:
    """Serve the managing API and the console."""
    from catchment.app import api_application  # noqa: PLC0415  (heavy)

    if socket:
        _serve(api_application(), uds=socket)
    else:
        _serve(api_application(), host=host, port=port)


@app.command("worker")
def run_worker() -> None:
    """Land events, compact, keep the overlay, run jobs."""
    from catchment.worker import run  # noqa: PLC0415  (heavy)

    run()


def _serve(application: object, **where: object) -> None:
    import uvicorn  # noqa: PLC0415  (heavy)

    uvicorn.run(
        application,  # type: ignore[arg-type]  # any ASGI application
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        # The front writes these itself and believes nobody else's.
        proxy_headers="uds" in where,
        forwarded_allow_ips="*" if "uds" in where else None,
        timeout_graceful_shutdown=10,
        backlog=4096,
        **where,  # type: ignore[arg-type]  # host and port, or uds
    )
