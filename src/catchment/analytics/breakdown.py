"""Splitting an answer by a field, within a bound: the top values by name, the rest together.

The values are found by one small query first, so that the question itself carries a short number
instead of a text, and a field with a million values costs no more than one with ten.
"""

from dataclasses import dataclass
from typing import Any

import ibis

from catchment.kernel import WorkspaceId
from catchment.lake import Engine, as_text, parse_field


@dataclass(frozen=True, slots=True)
class Branches:
    """The values that get a branch of their own.

    Attributes:
        field: what to split by.
        values: at most as many as asked for, most people first; `None` stands for "not set".
    """

    field: str
    values: tuple[str | None, ...]

    def number(self, table: Any) -> Any:
        """The branch's number per event; the number behind the last value means the rest."""
        text = as_text(table, parse_field(self.field))
        cases = [
            (text.isnull() if value is None else text == value, ibis.literal(number, "int32"))
            for number, value in enumerate(self.values)
        ]
        rest = ibis.literal(len(self.values), "int32")
        return ibis.cases(*cases, else_=rest) if cases else rest


def find_branches(
    engine: Engine, workspace_id: WorkspaceId, table: Any, field: str, most: int
) -> Branches:
    """The values of a field that most people have in these events.

    Args:
        engine: who answers.
        workspace_id: whose events.
        table: the events (an Ibis expression).
        field: what to split by.
        most: how many values at most.
    """
    text = as_text(table, parse_field(field))
    ranked = (
        table.group_by(value=text)
        .aggregate(people=table.person.nunique())
        .order_by([ibis.desc("people"), ibis.asc("value")])
        .limit(most)
    )
    values = engine.query(workspace_id, ranked).column("value").to_pylist()
    return Branches(field, tuple(values))
