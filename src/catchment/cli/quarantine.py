"""`catchment events quarantine …`: what could not become an event, and putting it back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catchment.cli.printing import AsJson, DryRun, WorkspaceName, print_json, print_table
from catchment.kernel import Invalid

if TYPE_CHECKING:
    from catchment.app import Home
    from catchment.collect import Quarantined, QuarantineFilter

app = typer.Typer(help="What could not become an event.", no_args_is_help=True)

_PAYLOAD_SHOWN = 60

Reason = Annotated[str | None, typer.Option(help="Only with this reason, as invalid_timestamp.")]
SourceName = Annotated[str | None, typer.Option(help="Only what came by this source.")]


class ReasonUnknown(Invalid):
    """There is no such reason."""


class NothingNamed(Invalid):
    """Name ids, or say --all (with --reason or --source, if you like)."""


@app.command("list")
def list_held(
    reason: Reason = None,
    source: SourceName = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List what is held, newest first."""
    from catchment import collect  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        inside = home.workspace(workspace)
        which = _which(home, inside, reason, source)
        with UnitOfWork(home.database, reads_only=True) as uow:
            page = collect.list_quarantined(uow, inside.id, which, keys=home.keys, limit=limit)
    if as_json:
        print_json([_shown(item) for item in page.items])
        return
    rows = [
        (item.id, item.reason.value, item.detail,
         item.payload[:_PAYLOAD_SHOWN].decode(errors="replace"))
        for item in page.items
    ]  # fmt: skip
    print_table("Quarantine", ("id", "reason", "what is wrong", "begins"), rows)


@app.command("release")
def release(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids, as qua_….")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that are held.")] = False,
    reason: Reason = None,
    source: SourceName = None,
    payload: Annotated[
        Path | None, typer.Option(help="The one event put right, as JSON in its own format.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Try held events again, as they were or put right; those still unfit stay held."""
    from catchment import collect  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    if bool(ids) == every or (payload is not None and len(ids or ()) != 1):
        raise NothingNamed
    with open_home() as home:
        inside = home.workspace(workspace)
        which = _which(home, inside, reason, source)
        if dry_run:
            with UnitOfWork(home.database, reads_only=True) as uow:
                found = len(ids or ()) or collect.count_quarantined(uow, inside.id, which)
            print_json({"would_try": found}) if as_json else typer.echo(f"would try {found}")
            return
        parts = collect.Releasing(
            home.database, home.log, collect.decode, home.directory.blocked_ids, home.keys
        )
        if every:
            report = collect.release_matching(parts, inside.id, which, change=home.change)
            told = {"released": report.released, "still_unfit": report.still_unfit}
        else:
            content = None if payload is None else payload.read_bytes()
            for one in ids or ():
                collect.fix_and_release(parts, inside.id, one, change=home.change, payload=content)
            told = {"released": len(ids or ()), "still_unfit": 0}
        home.catch_up()
    if as_json:
        print_json(told)
    else:
        typer.echo(f"released {told['released']}, still unfit {told['still_unfit']}")


def _which(home: "Home", inside: Any, reason: str | None, source: str | None) -> "QuarantineFilter":
    from catchment import collect  # noqa: PLC0415  (heavy)

    known = [each.value for each in collect.ReasonCode]
    if reason is not None and reason not in known:
        raise ReasonUnknown(f"no reason {reason!r}; there is: {', '.join(known)}")
    return collect.QuarantineFilter(
        reason=None if reason is None else collect.ReasonCode(reason),
        source_id=None if source is None else home.source(inside, source).id,
    )


def _shown(item: "Quarantined") -> dict[str, Any]:
    return {
        "id": item.id,
        "source_id": item.source_id,
        "reason": item.reason.value,
        "detail": item.detail,
        "pointer": item.pointer,
        "payload": item.payload.decode(errors="replace"),
        "received_at": item.received_at.isoformat(),
        "state": item.state.value,
    }
