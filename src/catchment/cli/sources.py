"""`catchment sources …`: where events come from, and the key that lets them in."""

from typing import Annotated

import typer

from catchment.cli import source_secrets
from catchment.cli.printing import AsJson, DryRun, WorkspaceName, print_json, print_table

app = typer.Typer(help="Where events come from.", no_args_is_help=True)
app.add_typer(source_secrets.app, name="secrets")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What people call it, as “Web store”.")],
    kind: Annotated[
        str, typer.Option(help="web, server, app, import, live, posthog, …")
    ] = "server",
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Make a source; prints its id and its write key."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        if dry_run:
            print_json({"would_create": name}) if as_json else typer.echo(f"would create {name!r}")
            return
        made = home.create_source(home.workspace(workspace), name, kind)
    if as_json:
        print_json({"id": made.id, "name": made.name, "write_key": made.write_key})
    else:
        typer.echo(f"{made.name}\n  id         {made.id}\n  write key  {made.write_key}")


@app.command("list")
def list_all(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the sources of a workspace."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        found = home.list_sources(home.workspace(workspace))
    if as_json:
        print_json(
            [{"id": s.id, "name": s.name, "kind": s.kind, "write_key": s.write_key} for s in found]
        )
    else:
        rows = [(s.name, s.kind, s.id, s.write_key) for s in found]
        print_table("Sources", ("name", "kind", "id", "write key"), rows)
