"""`catchment people …`: one person found by any id, and decisions about who is who."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catchment.cli.printing import AsJson, DryRun, WorkspaceName, print_json, print_table

if TYPE_CHECKING:
    from catchment.app import Home
    from catchment.kernel import WorkspaceId
    from catchment.people import By, DeclaredKind, Outcome
    from catchment.people import Person as PersonKnown

app = typer.Typer(help="Who people are.", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="A person id, or any identifier of theirs.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]


@app.command("show")
def show(
    identifier: Person,
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
        if people.finds_somebody(identifier):
            home.privacy.revealing.count_lookup(mine.id, "cli", "search")
        person = people.person_of(home.engine, mine.id, meant(home, mine.id, identifier))
        known = _masked(people.show(home.engine, mine.id, person))
        identity = home.registrar.identity_of(mine.id, person)
        deeds = people.timeline(home.engine, mine.id, person, limit=limit)
    if as_json:
        shown = {"identifiers": [asdict(node) for node in identity.nodes],
                 "edges": [asdict(edge) for edge in identity.edges]}  # fmt: skip
        print_json({**asdict(known), **shown, "timeline": [asdict(deed) for deed in deeds]})
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
    print_table(
        "Identifiers",
        ("kind", "value", "subject"),
        [(node.kind, node.masked, node.subject) for node in identity.nodes],
    )
    rows = [(d.time.isoformat(timespec="seconds"), d.name, d.source_id) for d in deeds]
    print_table("Latest events", ("time (UTC)", "event", "source"), rows)


@app.command("merges")
def merges(
    preview: Annotated[
        Path | None,
        typer.Option("--preview", help="Rules to try: a CSV of kind,strength,priority,limit,"
                                       "people_max; what is left out stays."),
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show the rules that join people, or who would be split and merged by others."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        if preview is None:
            kinds = [_without_places(asdict(kind)) for kind in home.registrar.kinds(mine.id)]
            if as_json:
                print_json(kinds)
            elif kinds:
                print_table(
                    "Kinds of identifiers", list(kinds[0]), [list(k.values()) for k in kinds]
                )
            return
        home.catch_up()
        kinds_then = _changed(home.registrar.kinds(mine.id), preview)
        found = home.registrar.preview_kinds(mine.id, kinds_then)
    if as_json:
        print_json(asdict(found))
        return
    print_table("These rules", ("split", "merged"), [(found.split, found.merged)])
    rows = [(", ".join(one.before), ", ".join(one.after)) for one in found.examples]
    print_table("Examples", ("people now", "people then"), rows)


@app.command("split")
def split(
    person: Person,
    *,
    reason: Reason,
    subject: Annotated[
        str | None, typer.Option("--subject", help="The identifier to take out, by its subject.")
    ] = None,
    edge: Annotated[
        list[str] | None,
        typer.Option("--edge", help="An edge to withdraw: two subjects, LEFT,RIGHT."),
    ] = None,
    workspace: WorkspaceName = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a wrong merge apart: an identifier out, or edges away; everything derived follows."""
    by, edges = _by(reason), [_ends(one) for one in edge or ()]

    def decide(home: "Home", ours: "WorkspaceId") -> "Outcome":
        found = meant(home, ours, person)
        return home.registrar.split(
            ours, found, subject=subject, edges=edges, by=by, dry_run=dry_run
        )

    _decide(decide, workspace, as_json=as_json)


@app.command("restore")
def restore(
    person: Person,
    reason: Reason,
    workspace: WorkspaceName = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let what splits of this person withdrew hold again."""
    by = _by(reason)

    def decide(home: "Home", ours: "WorkspaceId") -> "Outcome":
        found = meant(home, ours, person)
        return home.registrar.restore(ours, found, by=by, dry_run=dry_run)

    _decide(decide, workspace, as_json=as_json)


@app.command("merge")
def merge(
    people: Annotated[list[str], typer.Argument(help="Two or more, by id or any identifier.")],
    reason: Reason,
    workspace: WorkspaceName = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make people one, whatever the limits say; a split takes it back."""
    by = _by(reason)

    def decide(home: "Home", ours: "WorkspaceId") -> "Outcome":
        found = [meant(home, ours, person) for person in people]
        return home.registrar.merge(ours, found, by=by, dry_run=dry_run)

    _decide(decide, workspace, as_json=as_json)


@app.command("forget")
def forget(
    person: Person,
    reason: Reason,
    workspace: WorkspaceName = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Delete a person: nothing can be read from now on; files are rewritten within fifteen days."""
    by = _by(reason)

    def decide(home: "Home", ours: "WorkspaceId") -> "Outcome":
        return home.registrar.forget(ours, meant(home, ours, person), by=by, dry_run=dry_run)

    _decide(decide, workspace, as_json=as_json)


def meant(home: "Home", workspace_id: "WorkspaceId", person: str) -> str:
    """The person id that somebody means who wrote one, or an identifier; strong kinds first."""
    from catchment.people import lookup_person  # noqa: PLC0415  (heavy)

    if person.startswith("per_"):
        return person
    for kind in home.registrar.kinds(workspace_id):
        found = lookup_person(home.people_parts, workspace_id, kind.name, person)
        if found is not None:
            return found
    return person


def _decide(
    decide: "Callable[[Home, WorkspaceId], Outcome]", workspace: str | None, *, as_json: bool
) -> None:
    """Decides on people as they stand once everything sent has landed, and says what changed."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        home.catch_up()
        outcome = decide(home, home.workspace(workspace).id)
    _print(outcome, as_json=as_json)


def _masked(known: "PersonKnown") -> "PersonKnown":
    """What is known, as it may be shown: the API shows no more. Tokens are masked in printing."""
    from catchment.people import shown_trait  # noqa: PLC0415  (heavy)
    from catchment.vault import is_token, mask  # noqa: PLC0415  (heavy)

    return replace(
        known,
        anonymous_ids=tuple(
            one if is_token(one) else mask("anon", one) for one in known.anonymous_ids
        ),
        traits={name: shown_trait(name, value) for name, value in known.traits.items()},
    )


def _ends(edge: str) -> tuple[str, str]:
    left, comma, right = edge.partition(",")
    if not comma:
        raise typer.BadParameter(f"{edge!r} is no edge: write its two subjects as LEFT,RIGHT")
    return left.strip(), right.strip()


def _by(reason: str) -> "By":
    from catchment.people import By  # noqa: PLC0415  (heavy)

    if not reason.strip():
        raise typer.BadParameter("say why: the reason is kept with the decision")
    return By("cli", reason.strip())


def _print(outcome: "Outcome", *, as_json: bool) -> None:
    decided = None if outcome.decision is None else outcome.decision.id
    if as_json:
        print_json({**asdict(outcome), "decision": decided})
        return
    facts = [
        ("decision", decided or "none: a dry run"),
        ("people before", ", ".join(outcome.people_before)),
        ("people after", ", ".join(outcome.people_after) or "nobody"),
        ("identifiers that move", outcome.subjects_moved),
        ("events that move", outcome.events_moved),
    ]
    print_table("Who is who", ("", "what changes"), facts)


_RULES = ("name", "strength", "priority", "limit", "people_max")


def _without_places(kind: dict[str, object]) -> dict[str, object]:
    return {name: kind[name] for name in _RULES}


def _changed(kinds: "Sequence[DeclaredKind]", path: Path) -> "list[DeclaredKind]":
    """The kinds with what a file says of some of them."""
    from catchment.people import Strength  # noqa: PLC0415  (heavy)

    changes: dict[str, dict[str, object]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                told = changes.setdefault(row.pop("kind", ""), {})
                for name, cell in row.items():
                    if name == "strength" and cell:
                        told[name] = Strength(cell)
                    elif name in _RULES and cell is not None:
                        told[name] = int(cell) if cell.strip() else None
    except (OSError, ValueError) as unreadable:
        raise typer.BadParameter(f"{path} holds no rules: {unreadable}") from unreadable
    unknown = changes.keys() - {kind.name for kind in kinds}
    if unknown:
        raise typer.BadParameter(f"no kind is called {', '.join(sorted(unknown))!r}")
    return [replace(kind, **changes.get(kind.name, {})) for kind in kinds]  # type: ignore[arg-type]
