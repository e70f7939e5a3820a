"""`catchment privacy sweep`: what landed before it was known as personal goes to the vault."""

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
    from catchment import app  # noqa: PLC0415  (heavy)
    from catchment.lake import still_on_disk  # noqa: PLC0415  (heavy)

    with app.open_home() as home, progress_bar("events", quiet=as_json) as advance:
        mine = home.workspace(workspace)
        home.catch_up()
        if dry_run:
            found = app.rehearse_sweep(home, mine.id, progress=advance)
        else:
            found = app.sweep(home, mine.id, is_whole=True, hears=app.SweepWatch(advance))
        leaving = still_on_disk(home.events, mine.id)
    if as_json:
        told = app.sweep_report(found)
        print_json({"dry_run": dry_run, **told, "files_leaving": leaving})
        return
    verb = "hold" if dry_run else "held"
    typer.echo(f"{found.rows:,} events looked through; {found.events:,} {verb} personal values")
    if found.values:
        print_table("Values", ("kind", "values"), sorted(found.values.items()))
    if leaving:
        typer.echo(f"replaced files: {leaving:,}, deleted by the server within two hours")
