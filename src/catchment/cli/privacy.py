"""`catchment privacy …`: fields, keys, grants, the trail, retention; and one value in clear."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from catchment.cli.printing import AsJson, WorkspaceName, print_json, print_table
from catchment.kernel import instant_from_us

if TYPE_CHECKING:
    from catchment.app import Home
    from catchment.kernel import WorkspaceId
    from catchment.vault import Grant

app = typer.Typer(help="Personal data: where it is, its keys, who read it.", no_args_is_help=True)

Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the trail.")]
PurposeName = Annotated[str, typer.Option("--purpose", help="service, marketing, transaction …")]
CLI = "cli"
MASTER = "master"
Word = TypeVar("Word", bound=StrEnum)


@app.command("fields")
def fields(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Where personal data stands in events, and how much of it is kept."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)
    from catchment.vault import values_kept  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database, reads_only=True) as uow:
            found = home.privacy.fields.list(uow, mine.id)
        kept = values_kept(home.vault, mine.id)
    rows = [
        {
            "id": one.id, "place": one.spec.place, "kind": one.spec.kind,
            "data_class": one.spec.data_class.value,
            "purposes": [purpose.value for purpose in one.spec.purposes],
            "retention_days": one.spec.retention_days,
            "values_kept": sum(
                each.values for each in kept
                if each.kind == one.spec.kind and each.data_class is one.spec.data_class
            ),
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    columns = ("place", "kind", "data_class", "values_kept", "retention_days")
    print_table("Fields", columns, [[row[name] for name in columns] for row in rows])


@app.command("declare")
def declare(
    place: Annotated[str, typer.Argument(help="traits.wxid, or *.memo for that key anywhere.")],
    *,
    kind: Annotated[str, typer.Option("--kind", help="Values of one kind are masked alike.")],
    data_class: Annotated[str, typer.Option("--class")] = "important",
    purpose: Annotated[list[str] | None, typer.Option("--purpose")] = None,
    days: Annotated[int | None, typer.Option("--retention-days")] = None,
    new_kind: Annotated[
        bool, typer.Option("--new-kind", help="The kind is meant so, however like another.")
    ] = False,
    workspace: WorkspaceName = None,
) -> None:
    """Declare a field; what lands from now on is kept so, and the server moves what is there."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)
    from catchment.vault import Act, DataClass, FieldSpec, Purpose  # noqa: PLC0415  (heavy)

    purposes = tuple(_one_of(Purpose, one) for one in purpose or ["service"])
    spec = FieldSpec(place, kind, kind, kind, _one_of(DataClass, data_class), purposes, days)
    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database) as uow:
            made = home.privacy.fields.declare(uow, mine.id, spec, actor=CLI, is_new_kind=new_kind)
            act = Act(CLI, "field.declare", reason=f"{place} {kind} {data_class}")
            home.privacy.trail.add(uow, mine.id, [act])
    typer.echo(f"{made.id}: {place} holds {kind}, kept as {data_class} data from now on")


@app.command("keys")
def keys(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """The workspace's keys, and how many people's hang on each."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.vault import describe_masters  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        versions = home.keys.describe(mine.id)
        cipher, fingerprint = home.keys.cipher(mine.id), home.keys.fingerprint()
        masters = describe_masters(home.keys, mine.id)
    of_master = [
        {
            "version": one.version, "state": one.state.value, "fingerprint": one.fingerprint,
            "wraps": one.wraps,
            "created_at": instant_from_us(one.created_us).isoformat(timespec="seconds"),
        }
        for one in masters
    ]  # fmt: skip
    rows = [
        {
            "data_class": one.data_class.value, "version": one.version, "state": one.state.value,
            "cipher": one.cipher.value, "subject_keys": one.subject_keys,
            "created_at": instant_from_us(one.created_us).isoformat(timespec="seconds"),
        }
        for one in versions
    ]  # fmt: skip
    if as_json:
        print_json(
            {
                "master": fingerprint, "master_keys": of_master, "cipher": cipher.value,
                "workspace_keys": rows,
            }
        )  # fmt: skip
        return
    names = ("version", "state", "wraps", "created_at", "fingerprint")
    print_table("Master key", names, [[row[name] for name in names] for row in of_master])
    title = f"Keys (master {fingerprint}, new values sealed with {cipher.value})"
    columns = ("data_class", "version", "state", "cipher", "subject_keys", "created_at")
    print_table(title, columns, [[row[name] for name in columns] for row in rows])


@app.command("rotate")
def rotate(
    data_class: Annotated[
        str, typer.Argument(help="general, common or important; or master, for the installation.")
    ],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Replace the workspace's key of a class, or the master key; everything stays readable."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.vault import Act, DataClass, rotate_workspace_key  # noqa: PLC0415  (heavy)

    if data_class == MASTER:
        _rotate_master(as_json=as_json)
        return
    chosen = _one_of(DataClass, data_class)
    with open_home() as home:
        mine = home.workspace(workspace)
        home.privacy.trail.write(mine.id, [Act(CLI, "key.rotate", reason=data_class)])
        done = rotate_workspace_key(home.keys, mine.id, chosen)
    if as_json:
        print_json({"data_class": data_class, "version": done.version, "moved": done.done})
        return
    typer.echo(f"version {done.version} of the {data_class} key wraps {done.done:,} keys")


@app.command("grants")
def grants(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Who was granted what, the newest first."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database, reads_only=True) as uow:
            page = home.privacy.grants.page(uow, mine.id, limit=200)
    rows = [_grant(one) for one in page.items]
    if as_json:
        print_json(rows)
        return
    columns = ("id", "state", "scope", "purpose", "kinds", "requested_by", "people", "expires_at")
    print_table("Grants", columns, [[row[name] for name in columns] for row in rows])


@app.command("ask")
def ask(
    *,
    purpose: PurposeName,
    kind: Annotated[list[str], typer.Option("--kind", help="phone, name, address …")],
    reason: Reason,
    people: Annotated[int, typer.Option("--people", help="Of how many people.")] = 1,
    minutes: Annotated[int, typer.Option("--minutes")] = 30,
    ticket: Annotated[str, typer.Option("--ticket")] = "",
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a grant; an operator with the right to approve answers in the console."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)
    from catchment.vault import GrantScope, GrantSpec, Purpose  # noqa: PLC0415  (heavy)

    spec = GrantSpec(
        GrantScope.REVEAL, _one_of(Purpose, purpose), tuple(kind), people, minutes, reason, ticket
    )
    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database) as uow:
            made = home.privacy.grants.ask(uow, mine.id, spec, actor=CLI)
    if as_json:
        print_json(_grant(made))
        return
    typer.echo(f"{made.id}: asked for; somebody else answers in Settings → Privacy")


@app.command("reveal")
def reveal(
    person: Annotated[str, typer.Argument(help="A person id.")],
    *,
    trait: Annotated[str | None, typer.Option("--trait", help="As name.")] = None,
    identifier: Annotated[str | None, typer.Option("--identifier", help="A subject.")] = None,
    purpose: PurposeName,
    reason: Reason,
    grant: Annotated[str | None, typer.Option("--grant", help="grn_…")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Show one value of one person in clear; it stands in the trail before it is shown."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.people import subjects_of_person  # noqa: PLC0415  (heavy)
    from catchment.vault import Access, Purpose, Wanted  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        known, subjects = subjects_of_person(home.people_parts, mine.id, person)
        token = _token(home, mine.id, (known, subjects), identifier, trait)
        access = Access(CLI, _one_of(Purpose, purpose), reason, grant)
        shown = home.privacy.revealing.reveal(mine.id, Wanted(known, subjects, token, access))
    if as_json:
        print_json({"value": shown.value, "kind": shown.kind, "trail_seq": shown.trail_seq})
        return
    typer.echo(shown.value)


@app.command("trail")
def trail(
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Look through the whole chain.")] = False,
    person: Annotated[str | None, typer.Option("--person", help="per_…: of whom.")] = None,
    limit: Annotated[int, typer.Option("--limit")] = 50,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Who read what of whom; or whether the trail is whole (exit 1 when it is not)."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        if verify:
            _verify(home, mine.id, as_json=as_json)
            return
        with UnitOfWork(home.database, reads_only=True) as uow:
            page = home.privacy.trail.page(uow, mine.id, person=person, limit=limit)
    rows = [
        {
            "seq": one.seq, "at": one.at.isoformat(timespec="seconds"), "actor": one.act.actor,
            "action": one.act.action, "purpose": one.act.purpose and one.act.purpose.value,
            "person": one.act.person, "kinds": ", ".join(one.act.kinds), "values": one.act.values,
            "grant_id": one.act.grant_id, "reason": one.act.reason,
        }
        for one in page.items
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    columns = ("seq", "at", "actor", "action", "purpose", "person", "kinds", "reason")
    print_table("Trail", columns, [[row[name] for name in columns] for row in rows])


@app.command("retention")
def retention(
    *,
    events: Annotated[int | None, typer.Option("--events-days", help="0: for ever.")] = None,
    quarantine: Annotated[int | None, typer.Option("--quarantine-days")] = None,
    uploads: Annotated[int | None, typer.Option("--uploads-days")] = None,
    exports: Annotated[int | None, typer.Option("--exports-days")] = None,
    trail_days: Annotated[int | None, typer.Option("--trail-days")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """How long things are kept; with options, say it anew."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)
    from catchment.vault import Act  # noqa: PLC0415  (heavy)

    told = {
        "quarantine_days": quarantine, "uploads_days": uploads, "exports_days": exports,
        "trail_days": trail_days,
    }  # fmt: skip
    changes: dict[str, Any] = {name: days for name, days in told.items() if days}
    if events is not None:
        changes["events_days"] = events or None
    with open_home() as home:
        mine, book = home.workspace(workspace), home.privacy.retention
        with UnitOfWork(home.database) as uow:
            rules = book.of(uow, mine.id)
            if changes:
                rules = book.change(uow, mine.id, replace(rules, **changes), actor=CLI)
                said = ", ".join(f"{name} {days}" for name, days in changes.items())
                act = Act(CLI, "retention.change", reason=said)
                home.privacy.trail.add(uow, mine.id, [act])
    names = ("events_days", "quarantine_days", "uploads_days", "exports_days", "trail_days")
    shown = {name: getattr(rules, name) for name in names}
    if as_json:
        print_json(shown)
        return
    print_table("Kept for, in days", ("what", "days"), list(shown.items()))


def _one_of(words: type[Word], said: str) -> Word:
    try:
        return words(said)
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise typer.BadParameter(f"{said!r} is none of {known}") from None


def _rotate_master(*, as_json: bool) -> None:
    from catchment.app import open_home, tell_everybody  # noqa: PLC0415  (heavy)
    from catchment.vault import Act, rotate_master_key  # noqa: PLC0415  (heavy)

    with open_home() as home:
        tell_everybody(home, Act(CLI, "key.master.rotate"))
        done = rotate_master_key(home.keys)
    if as_json:
        print_json({"data_class": MASTER, "version": done.version, "moved": done.done})
        return
    typer.echo(f"version {done.version} of the master key wraps {done.done:,} keys")


def _verify(home: "Home", workspace_id: "WorkspaceId", *, as_json: bool) -> None:
    verdict = home.privacy.trail.verify(workspace_id)
    fault = verdict.first_fault
    if as_json:
        told = None if fault is None else {
            "seq": fault.seq, "what": fault.what.value, "detail": fault.detail
        }  # fmt: skip
        print_json({"entries": verdict.entries, "is_whole": verdict.is_whole, "first_fault": told})
    elif fault is None:
        signed = sum(head.is_signed for head in verdict.heads)
        typer.echo(f"{verdict.entries:,} entries, {signed} signed heads: the trail is whole")
    else:
        typer.echo(f"the trail is not what was written: {fault.detail}", err=True)
    if fault is not None:
        raise typer.Exit(1)


def _token(
    home: "Home",
    workspace_id: "WorkspaceId",
    whose: "tuple[str, Sequence[str]]",
    identifier: str | None,
    trait: str | None,
) -> str:
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.vault import tokens_in  # noqa: PLC0415  (heavy)

    if (identifier is None) == (trait is None):
        raise typer.BadParameter("name one of --identifier and --trait")
    person, subjects = whose
    if identifier is not None:
        asked = [one for one in subjects if one == identifier]
        found = list(home.vault.tokens_tagged(workspace_id, asked).values())
    else:
        known = people.show(home.engine, workspace_id, person)
        found = [str(one) for one in tokens_in(str(known.traits.get(trait or "")))]
    if not found:
        raise people.NobodyThere("this person has no such value in the vault")
    return found[0]


def _grant(one: "Grant") -> dict[str, object]:
    spec = one.spec
    return {
        "id": one.id, "state": one.state.value, "scope": spec.scope.value,
        "purpose": spec.purpose.value, "kinds": ", ".join(spec.kinds),
        "requested_by": one.requested_by, "people": f"{one.people_used}/{spec.people_max}",
        "expires_at": _said(one.expires_at), "reason": spec.reason,
    }  # fmt: skip


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
