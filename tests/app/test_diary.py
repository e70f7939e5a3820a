"""The diary tells what happened and never what the variables held."""

import json

import pytest
import structlog

from catchment.app.diary import keep_diary


def stumble(phone: str) -> None:
    raise ValueError(f"broken after {len(phone)} digits")


def test_a_trace_names_lines_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    keep_diary()
    phone = "+8613800000000"
    try:
        stumble(phone)
    except ValueError:
        structlog.get_logger("test_diary").exception("step_failed", step="landing")
    line = capsys.readouterr().err.strip()
    told = json.loads(line)
    assert (told["event"], told["step"], told["level"]) == ("step_failed", "landing", "error")
    assert "ValueError: broken after 14 digits" in told["exception"]
    assert phone not in line
