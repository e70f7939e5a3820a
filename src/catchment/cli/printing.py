"""How commands speak: a table for people, one JSON document for machines."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
WorkspaceName = Annotated[
    str | None, typer.Option("--workspace", help="Name or id; by default the only one that is not the demo.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]


def print_json(document: Any) -> None:
    """One JSON document on standard output, readable in any language."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


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
    return f"{value:,}" if isinstance(value, int) else str(value)
