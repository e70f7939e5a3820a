"""Tables that are piped hold every id in one piece."""

from datetime import UTC, datetime

import pytest

from catchment.cli.printing import print_table

AN_ID = "grn_01m81pwp3ff2svwrehtc83ratc"


def test_nothing_is_cut_off_where_it_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 11, 22, 13, 23, 18, 345518, tzinfo=UTC)
    columns = ("id", "state", "requested_by", "person", "at")
    print_table("Grants", columns, [[AN_ID, "used_up", f"opr_{'x' * 26}", f"per_{'0' * 32}", at]])
    said = capsys.readouterr().out
    for whole in (AN_ID, "used_up", f"opr_{'x' * 26}", f"per_{'0' * 32}", "2026-11-22 13:23:18"):
        assert whole in said
    assert "…" not in said
