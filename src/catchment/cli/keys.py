"""`catchment keys …`: API keys for programs. A key's secret is shown once."""

from typing import Annotated

import typer

from catchment.cli.printing import AsJson, WorkspaceName, print_json

app = typer.Typer(help="API keys for programs.", no_args_is_help=True)


@app.command("create")
def create(
    scope: Annotated[list[str], typer.Option("--scope", help="May be given several times.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key; its secret is shown now and never again."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    scopes = [word.strip() for given in scope for word in given.split(",") if word.strip()]
    with open_home() as home:
        key_id, secret = home.create_key(home.workspace(workspace), name, scopes)
    if as_json:
        print_json({"id": key_id, "secret": secret, "scopes": scopes})
    else:
        typer.echo(f"id      {key_id}\nsecret  {secret}\n        (shown once: keep it now)")
