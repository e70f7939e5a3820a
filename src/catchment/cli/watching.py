"""`catchment events tail` and `replay`: look at the log, and build again what comes from it."""

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catchment.cli.printing import AsJson, DryRun, WorkspaceName, print_json

if TYPE_CHECKING:
    from catchment.app import Home
    from catchment.lake import LogEntry

POLL_SECONDS = 0.2
READ_ENTRIES_MAX = 500
READ_BYTES_MAX = 8 * 1024 * 1024


def tail(
    last: Annotated[int, typer.Option(min=0, help="So many requests of the past first.")] = 10,
    follow: Annotated[bool, typer.Option(help="Go on with what arrives.")] = True,
    source: Annotated[str | None, typer.Option(help="Only what comes by this source.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Show events as they arrive, before landing; end it with Ctrl-C."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        inside = home.workspace(workspace)
        source_id = None if source is None else home.source(inside, source).id
        try:
            for entry in _entries(home, inside.id, last=last, follow=follow):
                if source_id in {None, entry.received.source_id}:
                    _print_entry(home, entry, as_json=as_json)
        except KeyboardInterrupt:
            return


def _entries(home: "Home", workspace_id: Any, *, last: int, follow: bool) -> Iterator["LogEntry"]:
    position = home.log.head()
    if last:
        yield from home.log.tail(workspace_id, entries_max=last)
    pause = threading.Event()
    while follow:
        fresh: Sequence[LogEntry] = home.log.read(
            position, entries_max=READ_ENTRIES_MAX, bytes_max=READ_BYTES_MAX
        )
        for entry in fresh:
            position = entry.position
            if entry.received.workspace_id == workspace_id:
                yield entry
        if not fresh:
            pause.wait(POLL_SECONDS)


def _print_entry(home: "Home", entry: "LogEntry", *, as_json: bool) -> None:
    from catchment import collect  # noqa: PLC0415  (heavy)

    received = entry.received
    if received.format == collect.COLUMNS_FORMAT:
        line = {"position": entry.position, "source_id": received.source_id, "imported_page": True}
        _print_line(line, as_json=as_json)
        return
    decoded = collect.decode(received, home.directory.blocked_ids(received.workspace_id))
    for event in decoded.events:
        told = {
            "position": entry.position,
            "source_id": received.source_id,
            "time_us": event.time_us,
            "kind": event.kind,
            "name": event.name,
            "user_id": event.user_id,
            "anonymous_id": event.anonymous_id,
            "message_id": event.message_id,
        }
        _print_line(told, as_json=as_json)
    for reject in decoded.rejects:
        told = {"position": entry.position, "quarantined": reject.reason.value}
        _print_line(told, as_json=as_json)


def _print_line(told: dict[str, Any], *, as_json: bool) -> None:
    from catchment.vault import hide_text  # noqa: PLC0415  (heavy)

    # The log holds what was sent, and whoever watches sees nobody.
    told = {key: hide_text(one) if isinstance(one, str) else one for key, one in told.items()}
    if as_json:
        import json  # noqa: PLC0415  (beside its only use)

        typer.echo(json.dumps(told, ensure_ascii=False))
    elif "name" in told:
        who = told["user_id"] or told["anonymous_id"]
        at = _instant(told["time_us"])
        typer.echo(f"{at}  {told['name']:<32.32}  {who}  {told['source_id']}")
    else:
        typer.echo("  ".join(f"{key} {value}" for key, value in told.items()))


def _instant(time_us: int) -> str:
    from catchment.kernel import instant_from_us  # noqa: PLC0415  (beside its only use)

    return instant_from_us(time_us).isoformat(timespec="milliseconds")


def replay(as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Build again what landing knows (keys, counts) from the lake, and land what waits.

    The events of the lake stay: they are the log's long memory, and the log itself forgets what has
    landed long ago. Every event is still counted once.
    """
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        events = home.events.count()
        if not dry_run:
            home.lander.state.clear()
            home.catch_up()
        told = {
            "events_in_lake": events if dry_run else home.events.count(),
            "rebuilt": not dry_run,
        }
    if as_json:
        print_json(told)
    elif dry_run:
        typer.echo(f"would build again what is known of {events:,} events")
    else:
        typer.echo(f"built again what is known of {told['events_in_lake']:,} events")
