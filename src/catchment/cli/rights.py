"""`catchment people consent · rights …`, and `catchment privacy receipt · suppressions …`."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catchment.cli.people import Person, meant
from catchment.cli.printing import AsJson, WorkspaceName, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from catchment.app import Home
    from catchment.kernel import WorkspaceId
    from catchment.people import RightsChange, RightsRequest

consent = typer.Typer(help="What people said about consent.", no_args_is_help=True)
rights = typer.Typer(help="What people asked for as their right.", no_args_is_help=True)
receipts = typer.Typer(help="Signed receipts.", no_args_is_help=True)
suppressions = typer.Typer(help="Who stays forgotten.", no_args_is_help=True)

CLI = "cli"
REQUEST_PREFIX = "rgt_"
Purpose = Annotated[str, typer.Option("--purpose", help="For what, as `marketing`.")]
Channel = Annotated[str, typer.Option("--channel", help="How, as `sms`; `*` for every channel.")]
Notice = Annotated[str, typer.Option("--notice", help="The version of the text they were shown.")]
Proof = Annotated[str, typer.Option("--proof", help="What shows it; sealed under their own key.")]
Separate = Annotated[bool, typer.Option("--separate", help="Asked for by itself.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the trail.")]


class Kind(StrEnum):
    """What may be asked for on the command line."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class Form(StrEnum):
    """Which form of the file."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


@consent.command("show")
def show_consent(person: Person, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show what a person said about consent, and how they stand by it."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        home.catch_up()
        mine = home.workspace(workspace)
        _, subjects = _subjects(home, mine.id, person)
        with UnitOfWork(home.database, reads_only=True) as uow:
            entries = people.consent_entries_of(uow, mine.id, subjects, home.rights.proofs)
            standing = people.consent_standing(uow, mine.id, subjects)
    if as_json:
        print_json({"entries": [asdict(one) for one in entries],
                    "standing": [asdict(one) for one in standing]})  # fmt: skip
        return
    rows = [(one.purpose, one.channel, one.state.value, one.at) for one in standing]
    print_table("Consent", ("purpose", "channel", "stands", "since (UTC)"), rows)
    told = [
        (one.word.said_at, one.word.purpose, one.word.channel, one.word.state.value, one.actor)
        for one in entries
    ]
    print_table("The ledger", ("said (UTC)", "purpose", "channel", "what", "by"), told)


@consent.command("grant")
def grant(
    person: Person,
    *,
    purpose: Purpose,
    channel: Channel,
    notice: Notice = "",
    proof: Proof = "",
    separate: Separate = False,
    workspace: WorkspaceName = None,
) -> None:
    """Write down that a person grants consent."""
    told = {"notice_version": notice, "proof": proof, "separate": separate}
    _write(person, (purpose, channel), "granted", workspace, told)


@consent.command("withdraw")
def withdraw(
    person: Person,
    *,
    purpose: Purpose,
    channel: Channel,
    proof: Proof = "",
    workspace: WorkspaceName = None,
) -> None:
    """Write down that a person withdraws consent; it holds at once."""
    _write(person, (purpose, channel), "withdrawn", workspace, {"proof": proof})


@rights.command("ask")
def ask(
    kind: Kind,
    person: Person,
    *,
    note: Annotated[str, typer.Option("--note", help="What to keep with it.")] = "",
    trait: Annotated[str, typer.Option("--trait", help="Of a correction: what is wrong.")] = "",
    value: Annotated[str, typer.Option("--value", help="Of a correction: what it should be.")] = "",
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Record what a person asks for. A deletion begins at once and cannot be taken back."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        home.catch_up()
        mine = home.workspace(workspace)
        found, subjects = _subjects(home, mine.id, person)
        wanted = people.RightKind(kind.value)
        if wanted is people.RightKind.DELETION:
            outcome = home.registrar.forget(mine.id, found, by=people.By(CLI, note or "asked to"))
            decision_id = "" if outcome.decision is None else outcome.decision.id
            with UnitOfWork(home.database, reads_only=True) as uow:
                made = people.right_of_decision(uow, mine.id, decision_id)
        else:
            with UnitOfWork(home.database) as uow:
                made = people.ask_right(
                    uow, mine.id, wanted, found, subjects, note=note, change=_change(home),
                    correction=people.Correction(trait, value) if trait else None,
                )  # fmt: skip
    _print([made], as_json=as_json)


@rights.command("list")
def list_rights(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show what people asked for, the newest first, and how far it is."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database, reads_only=True) as uow:
            found = people.list_rights(uow, mine.id).items
    _print(list(found), as_json=as_json)


@rights.command("approve")
def approve(request: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Let the file of an access request out, for seven days."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database) as uow:
            made = people.approve_right(uow, mine.id, request, change=_change(home))
    _print([made], as_json=as_json)


@rights.command("file")
def file(
    request: str,
    out: Annotated[Path, typer.Option("--out", help="Where to write it, in clear.")],
    form: Annotated[Form, typer.Option("--format", help="Which form of it.")] = Form.JSON,
    workspace: WorkspaceName = None,
) -> None:
    """Write what is kept of a person into a file, for them alone."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database) as uow:
            _, content = people.open_access_file(
                uow, home.keys, home.settings.home, mine.id, request,
                file_format=form.value, change=_change(home),
            )  # fmt: skip
    out.touch(mode=0o600)
    out.write_bytes(content)


@rights.command("erase")
def erase(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Write the lake's files anew now, without those who are to be gone from them."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.lake import ErasureReport, erase  # noqa: PLC0415  (heavy)

    report = ErasureReport()
    with open_home() as home:
        mine = home.workspace(workspace)
        for report in erase(home.events, mine.id):  # noqa: B007  (the last one is of the whole)
            pass
    if as_json:
        print_json(asdict(report))
        return
    print_table("Erased", ("files", "rows", "still waiting"),
                [(report.rewritten, report.rows, report.waiting)])  # fmt: skip


@receipts.command("verify")
def verify_receipt(
    path: Annotated[Path, typer.Argument(help="The receipt, as it was given out.")],
    as_json: AsJson = False,
) -> None:
    """Check that a receipt was signed here and is as it was signed."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.vault import verify  # noqa: PLC0415  (heavy)

    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as unreadable:
        raise typer.BadParameter(f"{path} holds no receipt: {unreadable}") from unreadable
    with open_home() as home:
        public = home.keys.signing_key(people.RECEIPT).public
        said = people.check_receipt(told if isinstance(told, dict) else {}, verify, public=public)
    if as_json:
        print_json({"is_genuine": True, **said})
        return
    facts = [(name, value) for name, value in said.items() if isinstance(value, str | int)]
    print_table("A genuine receipt", ("", "what it says"), facts)


@suppressions.command("list")
def list_suppressed(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show who stays forgotten, by keyed hashes."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database, reads_only=True) as uow:
            found = people.list_suppressions(uow, home.keys, mine.id)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = [(one.subject, one.at, one.lifted_at or "", one.request_id or "") for one in found]
    columns = ("subject", "since (UTC)", "lifted (UTC)", "deletion")
    print_table("Who stays forgotten", columns, rows)


@suppressions.command("lift")
def lift(
    subject: Annotated[str, typer.Argument(help="A subject; or rgt_…, for all of a deletion.")],
    *,
    reason: Why,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody be known again from now on; what was forgotten stays so."""
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        mine = home.workspace(workspace)
        with UnitOfWork(home.database) as uow:
            if not subject.startswith(REQUEST_PREFIX):
                people.lift_suppression(
                    uow, home.keys, mine.id, subject, reason=reason, change=_change(home),
                    let_back=_shown_again(home),
                )  # fmt: skip
                return
            done = people.lift_deletion(
                uow, home.keys, mine.id, subject, reason=reason, change=_change(home),
                let_back=_shown_again(home),
            )  # fmt: skip
    if as_json:
        print_json(asdict(done))
        return
    kept = f"; {done.kept:,} stay, for a later deletion holds them" if done.kept else ""
    typer.echo(f"{done.lifted:,} identifiers may be known again{kept}")


def _shown_again(home: "Home") -> "Callable[[WorkspaceId, Sequence[str]], None]":
    return lambda workspace_id, some: home.events.erasures.let_back(
        workspace_id, some, home.log.head()
    )


def _write(
    person: str, about: tuple[str, str], state: str, workspace: str | None, told: dict[str, Any]
) -> None:
    from catchment import people  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        home.catch_up()
        mine = home.workspace(workspace)
        found, _ = _subjects(home, mine.id, person)
        now = home.clock.now()
        word = people.ConsentWord(
            subject=found.removeprefix("per_"), purpose=about[0], channel=about[1],
            state=people.ConsentState(state), source=CLI, said_at=now, received_at=now, **told,
        )  # fmt: skip
        change = people.ConsentChange(CLI, home.clock, home.ids, home.rights.proofs)
        with UnitOfWork(home.database) as uow:
            people.write_consent(uow, mine.id, word, change=change)


def _subjects(home: "Home", workspace_id: "WorkspaceId", person: str) -> tuple[str, "list[str]"]:
    from catchment.people import subjects_of_person  # noqa: PLC0415  (heavy)

    found, subjects = subjects_of_person(
        home.people_parts, workspace_id, meant(home, workspace_id, person)
    )
    return found, list(subjects)


def _change(home: "Home") -> "RightsChange":
    from catchment.people import RightsChange  # noqa: PLC0415  (heavy)

    return RightsChange(CLI, home.clock, home.ids, home.keys)


def _print(found: "list[RightsRequest]", *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = [
        (one.id, one.kind.value, one.state.value, _next_step(one), one.person, one.asked_at,
         one.due_at)
        for one in found
    ]  # fmt: skip
    columns = ("request", "kind", "state", "next", "person", "asked (UTC)", "due (UTC)")
    print_table("What people asked for", columns, rows)


def _next_step(request: "RightsRequest") -> str:
    """What is not done yet and, where it is known, why."""
    steps = (step for step in request.steps if step.state.value != "done")
    step = next(steps, None)
    if step is None:
        return "–"
    return f"{step.name}: {step.detail}" if step.detail else step.name
