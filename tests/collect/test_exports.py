"""What is exported from one home is the same events in another."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catchment import collect
from catchment.app import Home, open_home, read_settings
from catchment.collect.exports import EVERYTHING
from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS

SAME = (
    "message_id", "kind", "name", "user_id", "anonymous_id", "previous_id", "group_id", "time",
    "order_id", "product_id", "amount_minor", "currency", "properties", "traits", "context",
)  # fmt: skip
LINES: list[dict[str, Any]] = [
    {"type": "track", "event": "Seen “it”", "userId": "u1", "properties": {"a": [1, {"b": "\\"}]}},
    {"type": "track", "event": "Order Completed", "anonymousId": "a1",
     "properties": {"order_id": "o1", "revenue": 12.34, "currency": "USD"}},
    {"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"城市": "上海"}},
    {"type": "page", "name": "Home", "anonymousId": "a1", "properties": {"path": "/"}},
    {"type": "screen", "name": "Main", "anonymousId": "a1"},
    {"type": "alias", "previousId": "a1", "userId": "u1"},
    {"type": "group", "groupId": "g1", "userId": "u1", "traits": {"size": 3}},
]  # fmt: skip
ORDERS = "user_id,order_id,order_time,amount,note\n" + "".join(
    f"u{i},{i:05},2024-06-{1 + i % 30:02} 10:00:0{i % 10},{i}.{i % 100:02},注{i}\n"
    for i in range(500)
)


class Place:
    """A home of its own, with one workspace."""

    def __init__(self, folder: Path) -> None:
        self.home: Home = open_home(read_settings({"CATCHMENT_HOME": str(folder)}))
        self.workspace = WorkspaceId(self.home.workspace(None).id)

    def bring(self, path: Path) -> None:
        home = self.home
        importer = collect.Importer(
            home.log, collect.ImportTable(home.database), home.clock, home.ids
        )
        report = importer.run(collect.ImportSpec(self.workspace, "src_x", path))
        assert report.record.errors_count == 0
        home.catch_up()

    def export(
        self,
        out: Path,
        choice: collect.ExportChoice = EVERYTHING,
        *,
        workspace: WorkspaceId | None = None,
        **how: Any,
    ) -> collect.ExportReport:
        return collect.export_events(
            self.home.engine, workspace or self.workspace, out, choice,
            masks=self.home.vault, **how,
        )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        asked = EVENTS.order_by([EVENTS.message_id]).select(*SAME)
        rows: list[dict[str, Any]] = self.home.engine.query(self.workspace, asked).to_pylist()
        for row in rows:
            for name in ("properties", "traits", "context"):
                row[name] = json.loads(row[name])
        return rows


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("filled")
    place = Place(folder / "home")
    lines = [
        {**line, "messageId": f"m{i}", "timestamp": f"2024-05-01T10:00:0{i}.123456Z"}
        for i, line in enumerate(LINES)
    ]
    (folder / "a.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "b.csv").write_text(ORDERS)
    place.bring(folder / "a.ndjson")
    place.bring(folder / "b.csv")
    yield place
    place.home.close()


@pytest.mark.parametrize("ending", ["ndjson", "ndjson.gz", "parquet"])
def test_a_round_trip_gives_the_same_events(filled: Place, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out.{ending}"
    report = filled.export(out, page_rows=77)
    assert report.events == len(LINES) + 500
    assert report.bytes == out.stat().st_size
    other = Place(tmp_path / "other")
    other.bring(out)
    other.bring(out)  # and again
    assert other.rows() == filled.rows()
    other.home.close()


def test_pages_neither_repeat_nor_lose_events_of_one_instant(filled: Place, tmp_path: Path) -> None:
    seen: set[tuple[str, ...]] = set()
    for page_rows in (1_000, 13):
        out = tmp_path / f"{page_rows}.parquet"
        filled.export(out, page_rows=page_rows)
        table = pq.read_table(out)
        times = table["time"].to_pylist()
        assert times == sorted(times)
        seen.add(tuple(table["message_id"].to_pylist()))
    assert len(seen) == 1
    assert len(seen.pop()) == len(LINES) + 500


def test_a_choice_narrows_what_is_exported(filled: Place, tmp_path: Path) -> None:
    choice = collect.ExportChoice(
        since=datetime(2024, 6, 2, 2, tzinfo=UTC), until=datetime(2024, 6, 3, 2, tzinfo=UTC),
        event="Order Completed",
    )  # fmt: skip
    engine = filled.home.engine
    report = filled.export(tmp_path / "x.ndjson.gz", choice)
    with gzip.open(tmp_path / "x.ndjson.gz") as stream:
        days = {json.loads(line)["timestamp"][:13] for line in stream}
    assert days == {"2024-06-02T02"}
    assert report.events == collect.count_exported(engine, filled.workspace, choice) == 17


def test_nobody_else_s_events_are_exported(filled: Place, tmp_path: Path) -> None:
    out = tmp_path / "x.parquet"
    stranger = WorkspaceId("wsp_stranger")
    assert filled.export(out, workspace=stranger).events == 0
    assert pq.read_table(out).num_rows == 0


def test_a_failed_export_leaves_the_old_file_and_nothing_else(
    filled: Place, tmp_path: Path
) -> None:
    out = tmp_path / "x.ndjson"
    out.write_text("old")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.export(out, progress=stop)
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.ndjson"]
    with pytest.raises(collect.ExportFormatUnknown):
        filled.export(tmp_path / "x.xlsx")


PERSONAL = [
    {"type": "identify", "userId": "u1", "messageId": "p1",
     "traits": {"phone": "13800138000", "name": "林小雨", "address": '上海市徐汇区"漕溪"路\\1号'}},
    {"type": "track", "event": "Asked", "userId": "13800138000", "messageId": "p2",
     "properties": {"note": "打给 138 0013 8000 或 lin@example.com", "13900139000": 1}},
]  # fmt: skip


@pytest.mark.parametrize("ending", ["ndjson", "ndjson.gz", "parquet"])
def test_people_stand_in_an_export_masked_and_documents_stay_documents(
    tmp_path: Path, ending: str
) -> None:
    place = Place(tmp_path / "home")
    (tmp_path / "in.ndjson").write_text("".join(json.dumps(line) + "\n" for line in PERSONAL))
    place.bring(tmp_path / "in.ndjson")
    out = tmp_path / f"out.{ending}"
    place.export(out)
    if ending == "parquet":
        rows = pq.read_table(out).to_pylist()
        people, asked = (json.loads(row["traits"]) for row in rows), rows
        traits = next(one for one in people if one)
        said = next(json.loads(r["properties"]) for r in asked if r["name"] == "Asked")
        whose = next(r["user_id"] for r in asked if r["name"] == "Asked")
    else:
        raw = out.read_bytes()
        text = (gzip.decompress(raw) if ending.endswith("gz") else raw).decode()
        lines = {told["messageId"]: told for told in map(json.loads, text.splitlines())}
        traits, said = lines["p1"]["traits"], lines["p2"]["properties"]
        whose = lines["p2"]["userId"]
    assert traits["phone"] == whose == "138****8000"
    assert traits["name"] == "林**"
    assert traits["address"].startswith("上海市徐汇区")
    assert "138****8000" in said["note"]
    assert "l****@example.com" in said["note"]
    assert "139****9000" in said
    told = json.dumps([traits, said, whose], ensure_ascii=False)
    assert not [secret for secret in ("13800138000", "小雨", "漕溪", "pii:") if secret in told]
    place.home.close()
