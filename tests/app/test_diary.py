"""The diary tells what happened and never what the variables held."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from catchment.app.diary import keep_diary


def stumble(phone: str) -> None:
    raise ValueError(f"broken after {len(phone)} digits")


def stumble_over(value: str) -> None:
    raise ValueError(f"cannot be {value}")


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


def test_a_diary_kept_anew_reaches_those_who_have_already_written() -> None:
    keep_diary()
    log = structlog.get_logger("test_diary")
    log.info("first")
    keep_diary()
    with structlog.testing.capture_logs() as told:
        log.info("second")
    assert [one["event"] for one in told] == ["second"]


SECRETS = ("13800138000", "138 0013 8000", "lin@example.com", "11010519491231002X")


def told_of(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    return told.out + told.err


@pytest.mark.parametrize("secret", SECRETS)
def test_no_line_tells_of_anybody(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    keep_diary()
    log = structlog.get_logger("test_diary")
    log.warning(secret, reason=f"no such user {secret!r}", deep={"a": [secret, 1]})
    log.error("odd", value=Path(secret), **{secret: 1})
    try:
        stumble_over(secret)
    except ValueError:
        log.exception("failed")
        logging.getLogger("stranger").exception("a library says %s", secret)
    told = told_of(capsys)
    assert "a library says" in told
    assert secret not in told
    assert secret not in told.encode().decode("unicode_escape", "replace")


CRASHES = """
import sys, threading
from catchment.app.diary import keep_diary
keep_diary()
def stumble(): raise ValueError("cannot be " + sys.argv[1])
thread = threading.Thread(target=stumble); thread.start(); thread.join()
stumble()
"""


def test_a_crash_tells_of_nobody_either() -> None:
    program = [sys.executable, "-c", CRASHES, SECRETS[0]]
    died = subprocess.run(program, capture_output=True, text=True, check=False)
    assert died.returncode == 1
    assert died.stderr.count("ValueError: cannot be 138****8000") == 2
    assert SECRETS[0] not in died.stdout + died.stderr


def test_numbers_and_ids_of_ours_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    keep_diary()
    structlog.get_logger("test_diary").info(
        "landed", position=1_380_013_800, at_us=1_767_614_400_000_000,
        job="job_01m81jxwqvfem8fn4gyva1ez2j", took=0.25, was_late=False,
    )  # fmt: skip
    told = json.loads(told_of(capsys).strip())
    assert told["position"] == 1_380_013_800
    assert told["at_us"] == 1_767_614_400_000_000
    assert told["job"] == "job_01m81jxwqvfem8fn4gyva1ez2j"
    assert (told["took"], told["was_late"]) == (0.25, False)
