"""`catchment people …`: one person, found by any id they go by."""

from dataclasses import asdict
from typing import Annotated

import typer

from catchment.cli.printing import AsJson, WorkspaceName, print_json, print_table

app = typer.Typer(help="Who people are.", no_args_is_help=True)


@app.command("show")
def show(
    identifier: Annotated[str, typer.Argument(help="A person id, a user id or a device's id.")],
    limit: Annotated[int, typer.Option("--limit", help="How many events to show.")] = 20,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known of a person, and what they did last."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        home.catch_up()
        mine = home.workspace(workspace)
        person = people.person_of(home.engine, mine.id, identifier)
        known = people.show(home.engine, mine.id, person)
        deeds = people.timeline(home.engine, mine.id, person, limit=limit)
    if as_json:
        print_json({**asdict(known), "timeline": [asdict(deed) for deed in deeds]})
        return
    facts = [
        ("person", known.person),
        ("user ids", ", ".join(known.user_ids)),
        ("device ids", ", ".join(known.anonymous_ids)),
        ("first seen", known.first_seen_at.isoformat(timespec="seconds")),
        ("last seen", known.last_seen_at.isoformat(timespec="seconds")),
        ("events", known.events),
        *((f"trait {name}", value) for name, value in known.traits.items()),
    ]
    print_table("Person", ("", "what is known"), facts)
    rows = [(d.time.isoformat(timespec="seconds"), d.name, d.source_id) for d in deeds]
    print_table("Latest events", ("time (UTC)", "event", "source"), rows)
