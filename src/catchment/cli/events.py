"""`catchment events …`: bring in files of the past, count, take out, watch.

Works with the server running or not: what is brought in is landed at once, by whoever holds the
landing lock, so that the next command sees it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catchment.cli import quarantine, watching
from catchment.cli.printing import (
    AsJson,
    DryRun,
    WorkspaceName,
    print_json,
    print_table,
    progress_bar,
)
from catchment.kernel import Missing, printable

if TYPE_CHECKING:
    from catchment.app import Home
    from catchment.collect import Importer, ImportReport, ImportSpec

app = typer.Typer(help="Events: bring in, count, take out, watch.", no_args_is_help=True)
app.add_typer(quarantine.app, name="quarantine")
app.command("tail")(watching.tail)
app.command("replay")(watching.replay)

ROW_ERRORS_SHOWN = 20
_TIME_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]

Since = Annotated[
    datetime | None,
    typer.Option(formats=_TIME_FORMATS, help="From this instant (UTC unless it says)."),
]
Until = Annotated[datetime | None, typer.Option(formats=_TIME_FORMATS, help="Before this instant.")]


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files; may be packed with gz or zip.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="segment, sensors, rees46, retailrocket, online-retail, csv (also XLSX), parquet; "
            "by default what the file looks like.",
        ),
    ] = None,
    *,
    source: Annotated[
        str, typer.Option(help="As coming from this source; made if there is none.")
    ] = "Imports",
    mapping: Annotated[
        Path | None, typer.Option("--map", help="JSON that says which column means what.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Of times that do not say, as Asia/Shanghai.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Of amounts that do not say.")] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Write the rows that could not be read to this CSV.")
    ] = None,
    land: Annotated[bool, typer.Option(help="Land the events before it returns.")] = True,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in files of the past; the same file again changes nothing."""
    from catchment import collect  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    read_as = None if format_ is None else _import_format(format_)
    told = None if mapping is None else collect.parse_mapping(_read(mapping))
    with open_home() as home:
        into = home.workspace(workspace)
        source_id = _source_id(home, into, source)
        before = _landed(home, into, source_id, land=land and not dry_run)
        reports = []
        for path in files:
            spec = collect.ImportSpec(
                into.id, source_id or "", path.absolute(), read_as, told, time_zone, currency,
                house_zone=into.time_zone, house_currency=into.currency,
            )  # fmt: skip
            if dry_run:
                reports.append(_try_one(home, spec, quiet=as_json))
                continue
            report = _import_one(
                home, spec, lambda: home.create_source(into, source, "import").id, quiet=as_json
            )
            source_id = report.record.spec.source_id
            reports.append(report)
        landed = None
        if before is not None:
            home.catch_up()
            landed = before.until(home.lander.state.counts(into.id, source_id))
    if errors is not None:
        rows = [error for report in reports for error in report.row_errors]
        errors.write_text("".join(collect.row_errors_csv(rows)), encoding="utf-8", newline="")
    _print_imports(reports, landed, as_json=as_json)
    if any(r.record.rows_read and not r.record.events for r in reports):
        raise typer.Exit(1)


def _import_format(name: str) -> Any:
    from catchment import collect  # noqa: PLC0415  (heavy)

    known = [each.value for each in collect.ImportFormat]
    if name == "xlsx":
        return collect.ImportFormat.CSV
    if name not in known:
        raise collect.UnknownFormat(f"no format {name!r}; there is: {', '.join(known)}")
    return collect.ImportFormat(name)


def _read(path: Path) -> bytes:
    from catchment.collect import UnreadableFile  # noqa: PLC0415  (heavy)

    try:
        return path.read_bytes()
    except OSError as missing:
        raise UnreadableFile(
            f"{printable(str(path))} cannot be read: {missing.strerror}"
        ) from missing


def _source_id(home: "Home", into: Any, name: str) -> str | None:
    try:
        return str(home.source(into, name).id)
    except Missing:
        return None


@dataclass(frozen=True, slots=True)
class _Landed:
    """What landing counted of one source: so far, or since."""

    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    forgotten: int = 0

    def until(self, counts: Any) -> "_Landed":
        """What was added from then to these counts."""
        return _Landed(
            counts.accepted - self.accepted,
            counts.duplicate - self.duplicate,
            counts.quarantined - self.quarantined,
            counts.forgotten - self.forgotten,
        )


def _landed(home: "Home", into: Any, source_id: str | None, *, land: bool) -> _Landed | None:
    """What has landed of a source before the import; `None` when this command lands nothing."""
    if not land:
        return None
    if source_id is None:
        return _Landed()
    # What waits from before must not be taken for the import's.
    home.land()
    counts = home.lander.state.counts(into.id, source_id)
    return _Landed(counts.accepted, counts.duplicate, counts.quarantined, counts.forgotten)


def _importer(home: "Home") -> "Importer":
    from catchment import collect  # noqa: PLC0415  (heavy)

    return collect.Importer(home.log, collect.ImportTable(home.database), home.clock, home.ids)


def _try_one(home: "Home", spec: "ImportSpec", *, quiet: bool) -> "ImportReport":
    with progress_bar(spec.path.name, quiet=quiet) as advance:
        return _importer(home).dry_run(spec, lambda r: advance(r.rows_read, r.rows_total))


def _import_one(
    home: "Home", spec: "ImportSpec", make_source: Callable[[], str], *, quiet: bool
) -> "ImportReport":
    """Imports a file; a source is made for it only once it is clear that it can be read."""
    importer = _importer(home)
    with progress_bar(spec.path.name, quiet=quiet) as advance:
        plan = importer.look(spec)
        if not spec.source_id:
            spec = replace(spec, source_id=make_source())
        return importer.run(spec, lambda r: advance(r.rows_read, r.rows_total), plan=plan)


def _print_imports(reports: "list[ImportReport]", landed: _Landed | None, *, as_json: bool) -> None:
    if as_json:
        listed = [_shown(report) for report in reports]
        sums = {key: sum(each[key] for each in listed) for key in ("rows_read", "events")}
        # null where this command landed nothing: nobody knows yet what is new
        news = asdict(landed) if landed else dict.fromkeys(field.name for field in fields(_Landed))
        print_json(
            {
                "imports": listed,
                **sums,
                "errors_count": sum(e["errors_count"] for e in listed),
                **news,
            }
        )
        return
    title = "Would import" if any(report.is_dry_run for report in reports) else "Imported"
    rows = [
        (r.record.file_name, r.record.state.value, r.record.rows_read, r.record.events,
         r.record.errors_count)
        for r in reports
    ]  # fmt: skip
    print_table(title, ("file", "state", "rows", "events", "rows refused"), rows)
    if landed is not None:
        held = f", {landed.quarantined:,} in quarantine" if landed.quarantined else ""
        gone = f", {landed.forgotten:,} of people who were forgotten" if landed.forgotten else ""
        known = f"{landed.duplicate:,} there already"
        typer.echo(f"Landed: {landed.accepted:,} new, {known}{held}{gone}")
    refused = [error for report in reports for error in report.row_errors]
    if refused:
        shown = [(e.number, e.reason.value, e.row[:80]) for e in refused[:ROW_ERRORS_SHOWN]]
        print_table("Rows refused (--errors FILE writes all)", ("row", "reason", "content"), shown)


def _shown(report: "ImportReport") -> dict[str, Any]:
    record = report.record
    return {
        "import_id": record.import_id or None,
        "file": str(record.spec.path),
        "source_id": record.spec.source_id or None,
        "state": record.state.value,
        "is_dry_run": report.is_dry_run,
        "rows_read": record.rows_read,
        "events": record.events,
        "errors_count": record.errors_count,
        "row_errors": [
            {"number": error.number, "reason": error.reason.value, "row": error.row}
            for error in report.row_errors[:ROW_ERRORS_SHOWN]
        ],
    }


@app.command("count")
def count(
    source: Annotated[str | None, typer.Option(help="Only what came by this source.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until landing has caught up with the log.")
    ] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Say how many events were accepted, and what became of them."""
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home:
        inside = home.workspace(workspace)
        source_id = None if source is None else home.source(inside, source).id
        if wait:
            home.catch_up()
        counts = home.lander.state.counts(inside.id, source_id)
        told = {
            "accepted": counts.accepted,
            "duplicate": counts.duplicate,
            "quarantined": counts.quarantined,
            "forgotten": counts.forgotten,
            "in_lake": _in_lake(home, inside.id, source_id),
            "pending": max(0, home.log.head() - home.lander.state.position()),
        }
    if as_json:
        print_json(told)
    else:
        print_table("Events", tuple(told), [tuple(told.values())])


def _in_lake(home: "Home", workspace_id: Any, source_id: str | None) -> int:
    if source_id is None:
        return home.events.count(workspace_id)
    from catchment.lake import EVENTS  # noqa: PLC0415  (heavy)

    own = EVENTS.filter(EVENTS.source_id == source_id)
    return int(home.engine.query(workspace_id, own.aggregate(n=own.count()))["n"][0].as_py())


@app.command("export")
def export(
    out: Annotated[Path, typer.Option(help="FILE.parquet, FILE.ndjson or FILE.ndjson.gz")],
    *,
    since: Since = None,
    until: Until = None,
    event: Annotated[str | None, typer.Option(help="Only events of this name.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Write events to a file, oldest first; it appears only when it is whole.

    Personal data stands in it as the console shows it: masked.
    """
    from catchment import collect  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    with open_home() as home, progress_bar(out.name, quiet=as_json) as advance:
        inside = home.workspace(workspace)
        chosen = collect.ExportChoice(_utc(since), _utc(until), event)
        if dry_run:
            events = collect.count_exported(home.engine, inside.id, chosen)
            told: dict[str, object] = {"would_export": events, "file": str(out)}
        else:
            report = collect.export_events(
                home.engine, inside.id, out, chosen,
                masks=home.vault, progress=lambda done: advance(done, None),
            )  # fmt: skip
            told = {"events": report.events, "bytes": report.bytes, "file": str(report.path)}
    if as_json:
        print_json(told)
    else:
        typer.echo(", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in told.items()))


def _utc(instant: datetime | None) -> datetime | None:
    from datetime import UTC  # noqa: PLC0415  (beside its only use)

    if instant is None or instant.tzinfo is not None:
        return instant
    return instant.replace(tzinfo=UTC)
