"""`catchment privacy sweep`: what landed before it was known as personal goes to the vault."""

from typing import Any

import typer

from catchment.cli.printing import (
    AsJson,
    DryRun,
    WorkspaceName,
    print_json,
    print_table,
    progress_bar,
)


def sweep(
    *, workspace: WorkspaceName = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take personal values out of events that landed before their field was declared."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.app.privacy_sweeping import report_of  # noqa: PLC0415  (heavy)
    from catchment.app.sweep_pass import Listening, rehearse_sweep  # noqa: PLC0415  (heavy)
    from catchment.app.sweep_pass import sweep as sweep_events  # noqa: PLC0415  (heavy)
    from catchment.lake import still_on_disk  # noqa: PLC0415  (heavy)

    with open_home() as home, progress_bar("events", quiet=as_json) as advance:
        mine = home.workspace(workspace)
        home.catch_up()
        if dry_run:
            found = rehearse_sweep(home, mine.id, progress=advance)
        else:
            found = sweep_events(home, mine.id, is_whole=True, hears=Listening(advance))
        leaving = still_on_disk(home.events, mine.id)
    report: dict[str, Any] = {"dry_run": dry_run, **report_of(found), "files_leaving": leaving}
    if as_json:
        print_json(report)
        return
    verb = "hold" if dry_run else "held"
    typer.echo(f"{found.rows:,} events looked through; {found.events:,} {verb} personal values")
    if found.values:
        print_table("Values", ("kind", "values"), sorted(found.values.items()))
    if leaving:
        typer.echo(f"replaced files: {leaving:,}, deleted by the server within two hours")
