"""What `docs/how-to/import-files.md` shows is what happens."""

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from catchment.cli.events import app
from catchment.collect import ImportFormat, RowReason

PAGE = (Path(__file__).parents[2] / "docs/how-to/import-files.md").read_text(encoding="utf-8")
BLOCKS = [
    found[1] for found in re.findall(r"^```(csv|json)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]
TABLE, MAPPING, EVENT, ERRORS = BLOCKS


def _run(folder: Path, *args: str) -> str:
    env = {"CATCHMENT_HOME": str(folder / "home")}
    result = CliRunner().invoke(app, list(args), env=env, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """The page's own command, run on the page's own files."""
    (tmp_path / "订单.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "订单.json").write_text(MAPPING, encoding="utf-8")
    return json.loads(_run(tmp_path, *_command(tmp_path, "订单.csv"), "--json"))


def _command(folder: Path, name: str) -> list[str]:
    return [
        "import", str(folder / name), "--source", "店铺订单", "--map", str(folder / "订单.json"),
        "--errors", str(folder / "错行.csv"),
    ]  # fmt: skip


def test_the_example_makes_the_events_and_errors_that_are_shown(tmp_path: Path, told: Any) -> None:
    assert (told["rows_read"], told["events"], told["errors_count"]) == (5, 3, 2)
    assert (tmp_path / "错行.csv").read_text("utf-8-sig").splitlines() == ERRORS.splitlines()
    out = tmp_path / "out.ndjson"
    _run(tmp_path, "export", "--out", str(out))
    first, shown = json.loads(out.read_text("utf-8").splitlines()[0]), json.loads(EVENT)
    assert {key: first[key] for key in shown} == shown


def test_again_nothing_is_new_and_corrected_only_the_corrected_rows(
    tmp_path: Path, told: Any
) -> None:
    assert told["accepted"] == 3
    assert re.findall(r"Landed: .*", PAGE)[0] in _run(tmp_path, *_command(tmp_path, "订单.csv"))
    mended = TABLE.replace("待支付", "2024-06-02 08:30:00").replace("面议", "59")
    (tmp_path / "b.csv").write_bytes(mended.encode("gb18030"))
    assert "Landed: 2 new, 3 there already" in _run(tmp_path, *_command(tmp_path, "b.csv"))


def test_a_table_of_orders_needs_no_mapping_in_a_spreadsheet_either(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["user_id", "order_id", "order_time", "amount"])
    book.worksheets[0].append([13800138000, "001", "2024-06-01 10:00", 1.5])
    book.worksheets[0].append([float(2**54), "002", "2024-06-01 10:00", 1.5])
    book.save(tmp_path / "a.xlsx")
    told = json.loads(_run(tmp_path, "import", str(tmp_path / "a.xlsx"), "--json"))
    assert (told["events"], told["imports"][0]["row_errors"][0]["reason"]) == (1, "digits_lost")


def test_every_format_and_every_reason_is_named() -> None:
    assert all(f"`{each.value}`" in PAGE for each in [*ImportFormat, *RowReason])
