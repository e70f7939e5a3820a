"""What is shown and kept of a file's rows: people masked, whatever is wrong with a row."""

import json
from pathlib import Path

import pytest

from catchment.collect.imports.hidden_rows import hidden_cells, hidden_line
from catchment.collect.imports.plan import make_plan
from catchment.collect.imports.types import ROW_TEXT_LENGTH_MAX, ImportSpec
from catchment.kernel import WorkspaceId

HEADER = "user_id,event,time,收货人,手机,收货地址,memo\n"
GOOD = (
    "u{n},Order Completed,2026-01-0{n} 10:00:00,林小雨,13800138000,上海市徐汇区漕溪路1号,"
    "call 13900139000\n"
)
SECRETS = ("小雨", "13800138000", "138 0013 8000", "漕溪", "13900139000", "lin@example.com")


def errors_of(path: Path, content: str) -> list[str]:
    plan = make_plan(ImportSpec(WorkspaceId("wsp_a"), "src", _written(path, content)))
    return [error.row for chunk in plan.chunks() for error in chunk.errors]


def _written(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def secrets_in(told: object) -> list[str]:
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return [secret for secret in SECRETS if secret in text]


def test_a_cell_is_masked_by_its_column_or_by_its_looks() -> None:
    names = ["收货人", "手机", "memo", "amount"]
    cells = ["林小雨", "138 0013 8000", "写信给 lin@example.com", "12.50"]
    assert hidden_cells(names, cells) == [
        "林**",
        "138****8000",
        "写信给 l****@example.com",
        "12.50",
    ]
    assert hidden_cells(["a", "b"], ["1", "x"]) == ["1", "x"]


def test_a_preview_and_its_examples_show_nobody(tmp_path: Path) -> None:
    content = HEADER + "".join(GOOD.format(n=n) for n in range(1, 6))
    path = _written(tmp_path / "orders.csv", content)
    found = make_plan(ImportSpec(WorkspaceId("wsp_a"), "src", path)).detected()
    assert [column.name for column in found.columns][3:6] == ["收货人", "手机", "收货地址"]
    assert found.preview[0][:3] == ["u1", "Order Completed", "2026-01-01 10:00:00"]
    assert found.preview[0][4] == "138****8000"
    assert not secrets_in(found.preview)
    assert not secrets_in([list(column.examples) for column in found.columns])


@pytest.mark.parametrize(
    "bad",
    [
        "u9,Order Completed,never,林小雨,13800138000,上海市徐汇区漕溪路1号,\n",
        "u9,Order Completed,2026-01-09,林小雨,13800138000,上海市徐汇区漕溪路1号,x,y,z\n",
        "林小雨,13800138000\n",
        'u9,"Order Completed,2026-01-09,林小雨,13800138000,上海市徐汇区漕溪路1号,x\n',
        "u9,Order Completed,never,林小雨,13800138000,上海市徐汇区漕溪路1号," + "长" * 3_000 + "\n",
        "u9,Order Completed,never,,," + "长" * (ROW_TEXT_LENGTH_MAX - 31) + ",13800138000\n",
    ],
)  # fmt: skip
def test_a_broken_row_is_kept_without_its_people(tmp_path: Path, bad: str) -> None:
    rows = errors_of(tmp_path / "orders.csv", HEADER + GOOD.format(n=1) * 3 + bad)
    assert len(rows) == 1
    assert not secrets_in(rows[0])
    # Half of a number is not known for one: the end of what was cut is left out.
    assert "1380013" not in rows[0]


def test_what_broke_a_row_stays_to_be_seen(tmp_path: Path) -> None:
    bad = "u9,Order Completed,never,林小雨,13800138000,上海市徐汇区漕溪路1号,ok\n"
    (row,) = errors_of(tmp_path / "orders.csv", HEADER + GOOD.format(n=1) + bad)
    assert row.startswith("u9,Order Completed,never,林**,138****8000,上海市徐汇区")
    (row,) = errors_of(tmp_path / "wide.csv", HEADER + GOOD.format(n=1) + "林小雨,1,2\n")
    assert row == "•••,•,•"


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"identify","userId":"u","traits":{"name":"林小雨","phone":"13800138000"}}',
        '{"type":"identify","userId":"u","traits":{"name":"林小雨","phone":"13800138000"}',
        '{"name": "林小雨", "note": "lin@example.com',
        '["林小雨 13800138000"',
    ],
)
def test_a_line_is_masked_also_where_it_is_no_json(line: str) -> None:
    told = hidden_line(line)
    assert not [secret for secret in secrets_in(told) if secret != "小雨" or '"name"' in line]


def test_a_row_of_people_is_not_taken_for_the_row_of_names(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.csv", "lin@example.com,女\nwang@example.com,男\n")
    found = make_plan(ImportSpec(WorkspaceId("wsp_a"), "src", path)).detected()
    assert [column.name for column in found.columns] == ["column_1", "column_2"]
    assert not secrets_in([column.name for column in found.columns])
