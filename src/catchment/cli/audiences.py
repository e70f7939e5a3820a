"""`catchment audiences …`: make, list, look at, refresh, export, and ask why.

Works with the server running or not: what a command needs is brought up to the events first.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catchment.cli.printing import AsJson, DryRun, WorkspaceName, print_json, print_table

if TYPE_CHECKING:
    from catchment.access import Workspace
    from catchment.app import Home, PeopleKeeping
    from catchment.audiences import Audience

app = typer.Typer(help="Audiences: people chosen by rules, kept up.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(help="An audience's id or name.")]


@contextmanager
def _keeping(workspace: str | None) -> "Iterator[tuple[Home, Workspace, PeopleKeeping]]":
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        yield home, home.workspace(workspace), home.people_keeping


@app.command("create")
def create(
    file: Annotated[Path, typer.Argument(help='JSON: {"name": …, "rule": …}.')],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Make an audience from a file and fill it; the same file again changes nothing."""
    from catchment import audiences  # noqa: PLC0415  (heavy)

    draft = _draft(file)
    with _keeping(workspace) as (home, mine, keeping):
        home.land()
        if dry_run:
            keeping.keep(mine.id)
            seen = audiences.preview_rule(home.audiences, mine.id, draft.rule)
            _say({"size": seen.size, "of": seen.of, "is_dry_run": True}, as_json=as_json)
            return
        made = _made(home, mine, draft)
        keeping.keep(mine.id)
        told = _shown(audiences.standing_audience(home.audiences, mine.id, made.id))
    _say(told, as_json=as_json)


@app.command("list")
def list_(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the audiences that are kept up."""
    with _keeping(workspace) as (home, mine, _):
        rows = [_shown(one) for one in _every(home, mine)]
    if as_json:
        print_json({"audiences": rows})
        return
    columns = ("id", "name", "size", "version", "as_of")
    print_table("Audiences", columns, [tuple(row[c] for c in columns) for row in rows])


@app.command("show")
def show(audience: Named, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show an audience: its rule, its size, and some of its people, masked."""
    from catchment import audiences  # noqa: PLC0415  (heavy)

    with _keeping(workspace) as (home, mine, keeping):
        found = _named(home, mine, audience)
        home.land()
        keeping.keep(mine.id)
        found = audiences.standing_audience(home.audiences, mine.id, found.id)
        seen = audiences.sample_members(home.audiences, mine.id, found.id, limit=10)
    told = {**_shown(found), "rule": found.rule, "sample": [asdict(one) for one in seen.sample]}
    if as_json:
        print_json(told)
        return
    facts = [(key, value) for key, value in told.items() if key not in {"rule", "sample"}]
    print_table(found.name, ("", "what is known"), facts)
    typer.echo(json.dumps(found.rule, ensure_ascii=False, indent=2))
    rows = [(one.person, one.name or "", ", ".join(one.identifiers)) for one in seen.sample]
    print_table("Some of its people", ("person", "name", "identifiers"), rows)


@app.command("refresh")
def refresh(audience: Named, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Look at everybody again; what changes is told as one."""
    from catchment import audiences  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with _keeping(workspace) as (home, mine, keeping):
        found = _named(home, mine, audience)
        with UnitOfWork(home.database) as uow:
            audiences.refresh_audience(uow, mine.id, found.id, author=_author(home))
        home.land()
        keeping.keep(mine.id)
        told = _shown(audiences.standing_audience(home.audiences, mine.id, found.id))
    _say(told, as_json=as_json)


@app.command("export")
def export(
    audience: Named,
    *,
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    purpose: Annotated[str, typer.Option(help="What it is for; kept in the audit trail.")],
    format_: Annotated[
        str, typer.Option("--format", help="csv, hashed_phone or hashed_email.")
    ] = "csv",
    trait: Annotated[
        list[str] | None, typer.Option(help="A trait to stand beside the person; repeatable.")
    ] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Traits in full; personal ones take a grant.")
    ] = False,
    marketing: Annotated[
        bool, typer.Option("--marketing", help="Leave out who did not agree to marketing.")
    ] = False,
    channel: Annotated[
        str, typer.Option(help="Of marketing, the way people are reached; ads by default.")
    ] = "",
    grant: Annotated[
        str | None, typer.Option(help="The approved grant for what is not masked.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Write an audience's people to a file, masked; the purpose is audited.

    Lists for ad platforms and traits in full take a grant that others approved.
    """
    from catchment import audiences  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)
    from catchment.vault import Purpose  # noqa: PLC0415  (heavy)

    if format_ not in set(audiences.ExportFormat):
        raise typer.BadParameter(f"no format {format_!r}; there is: "
                                 + ", ".join(audiences.ExportFormat))  # fmt: skip
    with _keeping(workspace) as (home, mine, keeping):
        found = _named(home, mine, audience)
        home.land()
        keeping.keep(mine.id)
        order = audiences.ExportOrder(
            found.id, audiences.ExportFormat(format_), purpose, "cli", tuple(trait or ()),
            unmasked=unmasked, use=Purpose.MARKETING if marketing else Purpose.SERVICE,
            channel=channel, grant_id=grant,
        )  # fmt: skip
        with UnitOfWork(home.database) as uow:
            file_id = audiences.note_export(home.audiences, uow, mine.id, order)
        rows, left_out = audiences.write_people(
            home.audiences, mine.id, order, out, file_id=file_id
        )
    told = {"path": str(out), "rows": rows, "left_out": left_out, "purpose": purpose}
    _say(told, as_json=as_json)


@app.command("why")
def why(
    audience: Named,
    person: Annotated[str, typer.Argument(help="A person id.")],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Say why a person is in an audience or not, part by part."""
    from catchment import audiences  # noqa: PLC0415  (heavy)

    with _keeping(workspace) as (home, mine, keeping):
        found = _named(home, mine, audience)
        home.land()
        keeping.keep(mine.id)
        told = audiences.explain_member(home.audiences, mine.id, found.id, person)
    if as_json:
        print_json(asdict(told))
        return
    typer.echo(f"{told.person} is {'in' if told.is_in else 'not in'} {found.name!r}.")
    rows = [
        (part.pointer or "/", "yes" if part.holds else "undecided" if part.is_undecided else "no",
         json.dumps(part.asked, ensure_ascii=False)[:80], "" if part.found is None else part.found)
        for part in told.parts
    ]  # fmt: skip
    print_table("Part by part", ("place", "holds", "asked", "found"), rows)


def _draft(file: Path) -> Any:
    from catchment import audiences  # noqa: PLC0415  (heavy)

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise typer.BadParameter(f"{file} cannot be read as JSON: {broken}") from broken
    known = {"name", "description", "rule", "tag_id", "announce"}
    if not isinstance(document, dict) or not {"name", "rule"} <= document.keys() <= known:
        raise typer.BadParameter(f"{file} is an object with: name, rule; also "
                                 + ", ".join(sorted(known - {"name", "rule"})))  # fmt: skip
    return audiences.Draft(
        str(document["name"]), document["rule"], str(document.get("description", "")),
        document.get("tag_id"), bool(document.get("announce", False)),
    )  # fmt: skip


def _made(home: "Home", mine: "Workspace", draft: Any) -> "Audience":
    """The audience that the draft wants; one that is there already and the same is taken."""
    from catchment import audiences  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    same = [one for one in _every(home, mine) if one.name == draft.name]
    if same and dict(same[0].rule) == draft.rule:
        return same[0]
    with UnitOfWork(home.database) as uow:
        return audiences.create_audience(uow, mine.id, draft, author=_author(home))


def _every(home: "Home", mine: "Workspace") -> "list[Audience]":
    from catchment import audiences  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with UnitOfWork(home.database, reads_only=True) as uow:
        page = audiences.list_audiences(
            uow, mine.id, state=audiences.AudienceState.ACTIVE, limit=audiences.AUDIENCES_MAX
        )
    return list(page.items)


def _named(home: "Home", mine: "Workspace", name: str) -> "Audience":
    from catchment import audiences  # noqa: PLC0415  (heavy)

    for one in _every(home, mine):
        if name in {one.id, one.name}:
            return one
    raise audiences.AudienceUnknown(f"no audience is called {name!r}")


def _author(home: "Home") -> Any:
    from catchment import audiences  # noqa: PLC0415  (heavy)

    return audiences.Author("cli", home.audiences.check, home.clock, home.ids)


def _shown(one: "Audience") -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "size": one.size, "version": one.version,
        "as_of": None if one.as_of is None else one.as_of.isoformat(timespec="seconds"),
        "tag_id": one.tag_id,
    }  # fmt: skip


def _say(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
    else:
        print_table("Audience", ("", ""), list(told.items()))
