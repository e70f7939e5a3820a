"""`catchment demo`: a workspace of a made-up brand, thirty days old and alive."""

import time
from typing import Annotated

import typer


def demo(
    days: Annotated[int, typer.Option(help="Days of history.", min=1, max=400)] = 30,
    live: Annotated[
        bool, typer.Option("--live", help="Then keep a show running until stopped.")
    ] = False,
) -> None:
    """Make the demo workspace and fill it; run again, it brings history up to the present."""
    import threading  # noqa: PLC0415  (all of it heavy or needed here alone)

    from rich.console import Console  # noqa: PLC0415

    from catchment.app import open_home  # noqa: PLC0415
    from catchment.testing import traffic  # noqa: PLC0415

    with open_home() as home:
        started = time.monotonic()
        made = home.demo()
        with Console(stderr=True).status("Filling the demo…") as status:
            filled = traffic.fill_demo(
                home,
                made,
                home.settings.home,
                days=days,
                told=lambda events: status.update(f"Filling the demo… {events:,} events"),
            )
        took = time.monotonic() - started
        typer.echo(f"{filled.events:,} events from {filled.since:%Y-%m-%d} on, in {took:.1f} s")
        if live:
            typer.echo("A show is running; Ctrl-C ends it.")
            stop = threading.Event()
            try:
                traffic.run_live(made, stop, home.log.append, home.clock, filled.until)
            except KeyboardInterrupt:
                stop.set()
