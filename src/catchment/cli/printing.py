"""How commands speak: a table for people, one JSON document for machines."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer

from catchment.kernel import printable

TOKEN_MARK = "pii:"  # noqa: S105  (a prefix, no secret; the vault's door is heavy)
WIDE = 240
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
WorkspaceName = Annotated[
    str | None,
    typer.Option("--workspace", help="Name or id; by default the only one that is not the demo."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]


def print_json(document: Any) -> None:
    """One JSON document on standard output, readable in any language."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    if TOKEN_MARK in text:
        text = _masked(text, within_json=True)
    # JSON spells out only the older half of what a terminal obeys.
    unsafe = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
    sys.stdout.write(unsafe.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; numbers stand to the right."""
    from rich.console import Console  # noqa: PLC0415  (heavy)
    from rich.table import Table  # noqa: PLC0415  (heavy)

    listed = _masked_rows([list(row) for row in rows])
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for index, column in enumerate(columns):
        is_number = bool(listed) and all(
            isinstance(row[index], int | float) or row[index] is None for row in listed
        )
        # Nothing is cut off: ids are there to be copied, the first column's in one piece.
        whole = is_number or (index == 0 and all(_is_id(row[0]) for row in listed))
        table.add_column(
            column, justify="right" if is_number else "left", no_wrap=whole, overflow="fold"
        )
    for row in listed:
        table.add_row(*(_shown(value) for value in row))
    out = Console()
    if not out.is_terminal:  # a file or a pipe is as wide as need be
        needed = out.measure(table, options=out.options.update_width(WIDE)).maximum
        out.width = max(out.width, needed)
    out.print(table)


@contextmanager
def progress_bar(name: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on a terminal; nothing in a pipe."""
    from rich.console import Console  # noqa: PLC0415  (heavy)
    from rich.markup import escape  # noqa: PLC0415  (heavy)
    from rich.progress import (  # noqa: PLC0415  (heavy)
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(escape(printable(name)), total=None)
        yield lambda done, total: progress.update(
            task, completed=done, total=None if total is None else max(done, total)
        )


def _masked(text: str, *, within_json: bool = False) -> str:
    """What is printed, with masks in the place of tokens: the one place for every command."""
    from catchment.app import without_tokens  # noqa: PLC0415  (heavy)

    return without_tokens(text, within_json=within_json)


def _masked_rows(rows: list[list[object]]) -> list[list[object]]:
    """All rows at once, for each look-up opens the vault."""
    places = [
        (row, index)
        for row in rows
        for index, value in enumerate(row)
        if isinstance(value, str) and TOKEN_MARK in value
    ]
    if places:
        texts = _masked("\0".join(str(row[index]) for row, index in places)).split("\0")
        for (row, index), text in zip(places, texts, strict=True):
            row[index] = text
    return rows


def _is_id(value: object) -> bool:
    written = r"[a-z]{3}_[0-9a-z]{20,}|[0-9a-f]{32}"
    return isinstance(value, str) and re.fullmatch(written, value) is not None


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, int):
        return f"{value:,}"
    from rich.markup import escape  # noqa: PLC0415  (heavy)

    # Cells quote files and senders, who must not draw on the terminal.
    return escape(printable(str(value)))
