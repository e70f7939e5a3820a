"""`catchment sources secrets …`: what servers sign their events with, and whether they must.

Whoever has a shell on this machine has its keys too, and stands here for the owner.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from catchment.cli.printing import AsJson, DryRun, WorkspaceName, print_json, print_table

if TYPE_CHECKING:
    from catchment.access import Caller
    from catchment.kernel import WorkspaceId

app = typer.Typer(help="What servers sign their events with.", no_args_is_help=True)

SourceName = Annotated[str, typer.Argument(help="Name or id of the source.")]


@app.command("create")
def create(
    source: SourceName,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Make a secret; prints it this once. For any Standard Webhooks library."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.collect import make_signing_secret  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        within = home.workspace(workspace)
        found = home.source(within, source)
        if dry_run:
            told = {"would_create_for": found.name}
            print_json(told) if as_json else typer.echo(f"would make a secret for {found.name!r}")
            return
        with UnitOfWork(home.database) as uow:
            made = make_signing_secret(
                uow, within.id, found.id, boxes=home.keys, change=home.change,
                caller=_owner(within.id, home.change.actor),
            )  # fmt: skip
    if as_json:
        print_json({"id": made.kept.id, "source_id": found.id, "secret": made.text})
    else:
        typer.echo(
            f"{found.name}\n  id      {made.kept.id}\n  secret  {made.text}\n"
            "It is not shown again: put it where the server keeps its secrets."
        )


@app.command("list")
def list_all(source: SourceName, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the secrets of a source; not what they are."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.collect import list_signing_secrets, signing_rule  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        within = home.workspace(workspace)
        found = home.source(within, source)
        with UnitOfWork(home.database, reads_only=True) as uow:
            secrets = list_signing_secrets(uow, within.id, found.id)
            rule = signing_rule(uow, within.id, found.id)
    if as_json:
        print_json(
            {
                "signature": rule.signature, "settles": rule.settles, "trust": rule.trust,
                "secrets": [
                    {"id": s.id, "hint": s.hint, "created_at": s.created_at,
                     "created_by": s.created_by}
                    for s in secrets
                ],
            }
        )  # fmt: skip
        return
    rows = [(s.id, f"…{s.hint}", s.created_at, s.created_by) for s in secrets]
    title = f"{found.name}: signature {rule.signature}, settles {'yes' if rule.settles else 'no'}"
    print_table(title, ("id", "ends with", "created (UTC)", "by"), rows)


@app.command("revoke")
def revoke(
    source: SourceName,
    secret_id: Annotated[str, typer.Argument(help="Id of the secret, `sgn_…`.")],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Take a secret away; what is signed with it is refused within a second."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.collect import revoke_signing_secret  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with open_home() as home:
        within = home.workspace(workspace)
        found = home.source(within, source)
        if not dry_run:
            with UnitOfWork(home.database) as uow:
                revoke_signing_secret(
                    uow, within.id, found.id, secret_id, change=home.change,
                    caller=_owner(within.id, home.change.actor),
                )  # fmt: skip
    word = "would revoke" if dry_run else "revoked"
    print_json({word.replace(" ", "_"): secret_id}) if as_json else typer.echo(
        f"{word} {secret_id} of {found.name!r}"
    )


@app.command("rule")
def rule(
    source: SourceName,
    *,
    signature: Annotated[
        str | None, typer.Option(help="optional or required: what is not signed is refused.")
    ] = None,
    settles: Annotated[
        bool | None,
        typer.Option("--settles/--no-settles", help="Its word settles money and rights."),
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Say what a source asks of its senders."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)
    from catchment.collect import (  # noqa: PLC0415  (heavy)
        SignatureRule,
        change_signing,
        signing_rule,
    )
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    if signature is not None and signature not in set(SignatureRule):
        raise typer.BadParameter(f"{signature!r}: write optional or required")
    with open_home() as home:
        within = home.workspace(workspace)
        found = home.source(within, source)
        with UnitOfWork(home.database) as uow:
            if dry_run:
                now = signing_rule(uow, within.id, found.id)
            else:
                now = change_signing(
                    uow, found, change=home.change, caller=_owner(within.id, home.change.actor),
                    signature=None if signature is None else SignatureRule(signature),
                    settles=settles,
                )  # fmt: skip
    if as_json:
        print_json({"signature": now.signature, "settles": now.settles, "trust": now.trust})
    else:
        typer.echo(f"{found.name}: signature {now.signature}, events are at least {now.trust}")


def _owner(workspace_id: "WorkspaceId", actor: str) -> "Caller":
    from catchment.access import Caller, Role  # noqa: PLC0415  (heavy)

    return Caller(workspace_id, actor, Role.OWNER)
