"""All commands in one tree. Each file holds one noun; its imports are light on purpose."""

from typing import Annotated

import typer

from catchment import __version__
from catchment.cli import (
    analytics,
    audiences,
    bench,
    demo,
    doctor,
    events,
    keys,
    people,
    privacy,
    privacy_sweep,
    rights,
    serve,
    sources,
)

app = typer.Typer(
    name="catchment",
    help="Catchment: one pool of people, and what may be done with it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Rich help costs a quarter of a second at every start; plain help says the same.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
people.app.add_typer(rights.consent, name="consent")
people.app.add_typer(rights.rights, name="rights")
privacy.app.command("sweep")(privacy_sweep.sweep)
privacy.app.add_typer(rights.receipts, name="receipt")
privacy.app.add_typer(rights.suppressions, name="suppressions")
app.add_typer(sources.app, name="sources")
app.add_typer(keys.app, name="keys")
app.add_typer(events.app, name="events")
app.add_typer(analytics.app, name="analytics")
app.add_typer(people.app, name="people")
app.add_typer(audiences.app, name="audiences")
app.add_typer(privacy.app, name="privacy")
app.add_typer(bench.app, name="bench")


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Say the version and stop.")] = False,
) -> None:
    """Catchment: one pool of people, and what may be done with it."""
    if show:
        typer.echo(f"catchment {__version__}")
        raise typer.Exit
