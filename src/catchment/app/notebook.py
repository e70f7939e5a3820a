"""The notebook's door: `c = catchment.connect()`, and every answer is an Arrow table.

It stands on the same home as the servers and the command line, sees one workspace, and only reads.
Personal data stands in it masked.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from catchment import analytics
from catchment.access import Workspace
from catchment.app.home import Home, open_home
from catchment.app.settings import read_settings
from catchment.kernel import read_span
from catchment.store import UnitOfWork

if TYPE_CHECKING:
    from types import TracebackType


class Notebook:
    """One workspace, for analysis.

    Attributes:
        workspace: whose events these are.
    """

    def __init__(self, home: Home, workspace: Workspace) -> None:
        self._home = home
        self.workspace = workspace

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the engine and the files."""
        self._home.close()

    def events(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        event: str | None = None,
        limit: int = 100_000,
    ) -> pa.Table:
        """Events, oldest first, with the person each belongs to now.

        Args:
            since: from this instant.
            until: before this instant.
            event: only of this name.
            limit: so many rows at most.
        """
        from catchment.lake import EVENTS  # noqa: PLC0415  (Ibis is heavy)

        begins, ends = self._period(since, until)
        chosen = EVENTS.filter(EVENTS.time >= begins, EVENTS.time < ends)
        if event is not None:
            chosen = chosen.filter(chosen.name == event)
        return self._shown(self._ask(chosen.order_by([chosen.time, chosen.event_key]).limit(limit)))

    def people(self, *, traits: Sequence[str] = (), limit: int = 100_000) -> pa.Table:
        """People with their first and last event and how many there are, most active first.

        Args:
            traits: names of declared traits, a column of each.
            limit: so many rows at most.
        """
        from catchment import people  # noqa: PLC0415  (heavy)

        self._home.overlay.catch_up()
        parts, mine, now_us = self._home.people_parts, self.workspace.id, self._home.clock.now_us()
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            specs = [people.get_trait(uow, mine, name).spec for name in traits]
        seen = people.everyone_seen(parts, mine, at_us=now_us, limit=limit)
        table = seen.table
        for spec in specs:
            answer = parts.facts.evaluate(mine, spec.measure, at_us=now_us, persons=seen.nodes)
            table = table.append_column(spec.name, pa.array(people.trait_values(spec, answer)))
        return self._shown(table)

    def person(self, identifier: str) -> pa.Table:
        """What is known of one person, a row for each thing: name, value, type, source, date.

        Args:
            identifier: a person id, or any identifier of theirs, whole.

        Raises:
            NobodyThere: nobody goes by it.
        """
        from catchment import people  # noqa: PLC0415  (heavy)

        self._home.overlay.catch_up()
        parts, mine, now_us = self._home.people_parts, self.workspace.id, self._home.clock.now_us()
        ask = people.PeopleAsk(self.workspace.currency, search=identifier, limit=1)
        found = people.list_people(parts, mine, ask, at_us=now_us).items
        if not found:
            raise people.NobodyThere(f"nobody here goes by {identifier!r}")
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            traits = people.list_traits(uow, mine)
        profile = people.read_profile(
            parts, mine, found[0].person, traits, currency=self.workspace.currency, at_us=now_us
        )
        rows = [
            {"name": one.name, "value": json.dumps(one.value, ensure_ascii=False),
             "type": one.type.value, "source": one.source, "date": one.date}
            for one in profile.traits
        ]  # fmt: skip
        return self._shown(pa.Table.from_pylist(rows, schema=_PERSON_SCHEMA))

    def funnel(
        self,
        steps: Sequence[str],
        *,
        window: str = "7d",
        since: datetime | None = None,
        until: datetime | None = None,
        order: str = "ordered",
        breakdown: str | None = None,
    ) -> pa.Table:
        """How many people went through the steps, one row per step (and per branch).

        Args:
            steps: names of events.
            window: how long after the entry later steps may lie, as `"30m"` or `"7d"`.
            since: entries from this instant.
            until: entries before this instant.
            order: `strict`, `ordered` or `any`.
            breakdown: a field of the entry event to split by.
        """
        begins, ends = self._period(since, until)
        spec = analytics.FunnelSpec(
            steps=tuple(analytics.Step(step) for step in steps),
            window=read_span(window),
            since=begins,
            until=ends,
            order=analytics.FunnelOrder(order),
            breakdown=breakdown,
        )
        result = analytics.compute_funnel(self._home.engine, self.workspace.id, spec)
        rows = [_step_row(None, number, step) for number, step in enumerate(result.steps, 1)]
        for branch in result.branches:
            label = "other" if branch.is_other else branch.value or "(none)"
            rows += [_step_row(label, number, step) for number, step in enumerate(branch.steps, 1)]
        return self._shown(pa.Table.from_pylist(rows, schema=_FUNNEL_SCHEMA))

    def metric(
        self,
        name: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        grain: str = "none",
        breakdown: str | None = None,
    ) -> pa.Table:
        """A metric's rows: period, breakdown, currency, value, numerator, denominator.

        Args:
            name: an id of the metric list, as `"gmv"`.
            since: from this instant.
            until: before this instant.
            grain: `hour`, `day`, `week` or `none`, in the workspace's zone.
            breakdown: a field to split by.
        """
        begins, ends = self._period(since, until)
        query = analytics.MetricQuery(
            metric=name,
            since=begins,
            until=ends,
            grain=analytics.Grain(grain),
            time_zone=self.workspace.time_zone,
            breakdown=breakdown,
        )
        result = analytics.compute_metric(self._home.engine, self.workspace.id, query)
        rows = [
            {
                "period": row.period,
                "breakdown": "other" if row.is_other else row.breakdown,
                "currency": row.currency,
                "value": None if row.value is None else float(row.value),
                "numerator": row.numerator,
                "denominator": row.denominator,
            }
            for row in result.rows
        ]
        return self._shown(pa.Table.from_pylist(rows, schema=_METRIC_SCHEMA))

    def _shown(self, table: pa.Table) -> pa.Table:
        """The table with masks in the place of tokens: a notebook is kept, sent and printed."""
        vault, mine = self._home.vault, self.workspace.id
        for place, field in enumerate(table.schema):
            is_list = pa.types.is_list(field.type) and pa.types.is_string(field.type.value_type)
            if not is_list and not pa.types.is_string(field.type):
                continue
            told = table.column(place).to_pylist()
            # One question for the whole column: what is opened is opened once.
            texts = iter(vault.show_many(mine, [text for one in told for text in _texts_in(one)]))
            shown = [
                [next(texts) for _ in one] if isinstance(one, list) else one and next(texts)
                for one in told
            ]
            table = table.set_column(place, field, pa.array(shown, field.type))
        return table

    def _ask(self, expression: object) -> pa.Table:
        return self._home.engine.query(self.workspace.id, expression)

    def _period(self, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
        """From the first event to just behind the last, where nothing else is asked."""
        if since is not None and until is not None:
            return since, until
        now = self._home.clock.now()
        first, last = analytics.events_span(self._home.engine, self.workspace.id) or (now, now)
        return since or first, until or last + timedelta(microseconds=1)


def _texts_in(value: list[str] | str | None) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def connect(home: str | Path | None = None, *, workspace: str | None = None) -> Notebook:
    """Opens a workspace for analysis.

    Args:
        home: the installation's folder; `CATCHMENT_HOME` or its default when not given.
        workspace: name or id; the only one by default.

    Example:
        >>> c = catchment.connect()  # doctest: +SKIP
        >>> c.funnel(["Product Viewed", "Order Completed"], window="7d")  # doctest: +SKIP
    """
    environ = {**os.environ, **({"CATCHMENT_HOME": str(home)} if home else {})}
    opened = open_home(read_settings(environ))
    return Notebook(opened, opened.workspace(workspace))


def _step_row(branch: str | None, number: int, step: analytics.StepResult) -> dict[str, object]:
    return {
        "branch": branch,
        "step": number,
        "event": step.event,
        "people": step.people,
        "conversion_from_start": step.conversion_from_start,
        "conversion_from_previous": step.conversion_from_previous,
        "median_seconds": step.median_seconds,
        "p90_seconds": step.p90_seconds,
    }


_FUNNEL_SCHEMA = pa.schema(
    [
        ("branch", pa.string()),
        ("step", pa.int32()),
        ("event", pa.string()),
        ("people", pa.int64()),
        ("conversion_from_start", pa.float64()),
        ("conversion_from_previous", pa.float64()),
        ("median_seconds", pa.float64()),
        ("p90_seconds", pa.float64()),
    ]
)
_PERSON_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("value", pa.string()),
        ("type", pa.string()),
        ("source", pa.string()),
        ("date", pa.timestamp("us", tz="UTC")),
    ]
)
_METRIC_SCHEMA = pa.schema(
    [
        ("period", pa.timestamp("us", tz="UTC")),
        ("breakdown", pa.string()),
        ("currency", pa.string()),
        ("value", pa.float64()),
        ("numerator", pa.int64()),
        ("denominator", pa.int64()),
    ]
)
