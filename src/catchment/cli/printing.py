"""How commands speak: a table for people, one JSON document for machines."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from catchment.kernel import printable

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
WorkspaceName = Annotated[
    str | None,
    typer.Option("--workspace", help="Name or id; by default the only one that is not the demo."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]


def print_json(document: Any) -> None:
    """One JSON document on standard output, readable in any language."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    # JSON spells out only the older half of what a terminal obeys.
    unsafe = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
    sys.stdout.write(unsafe.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; numbers stand to the right."""
    from rich.console import Console  # noqa: PLC0415  (heavy)
    from rich.table import Table  # noqa: PLC0415  (heavy)

    listed = [list(row) for row in rows]
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for index, column in enumerate(columns):
        is_number = bool(listed) and all(
            isinstance(row[index], int | float) or row[index] is None for row in listed
        )
        table.add_column(column, justify="right" if is_number else "left", no_wrap=is_number)
    for row in listed:
        table.add_row(*(_shown(value) for value in row))
    Console().print(table)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    from rich.markup import escape  # noqa: PLC0415  (heavy)

    # Cells quote files and senders, who must not draw on the terminal.
    return escape(printable(str(value)))
