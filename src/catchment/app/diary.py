"""The diary: one line of JSON per thing worth telling, on standard error.

A trace names files and lines and never the values of variables, because those may be somebody's
name, phone or key. What an error says may quote what was sent, so every line is looked through and
personal data in it is masked, whoever writes it: our own parts, libraries, or Python at a crash.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

_OWN = frozenset({"level", "timestamp"})
_UNTOLD = "••••"


class _StandardError:
    """Standard error as it is at the moment of writing, whoever has put another in its place."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _HidingFormatter(logging.Formatter):
    """Writes the lines of those who do not know the diary, with personal data masked."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden_text(super().format(record))


def keep_diary() -> None:
    """Sets up how this process tells what happens; calling it again changes nothing."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_people,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _StandardError())),
    )
    root = logging.getLogger()
    if not any(isinstance(one.formatter, _HidingFormatter) for one in root.handlers):
        handler = logging.StreamHandler(cast("TextIO", _StandardError()))
        handler.setFormatter(_HidingFormatter("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    # Alembic tells of each migration; a command's output is for its answer.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    sys.excepthook = _tell_crash
    threading.excepthook = _tell_crash_of_thread


def hide_people(
    _logger: object, _method: str, told: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Masks personal data in every text of a line, however deep."""
    return {hidden_text(name): one if name in _OWN else _hidden(one) for name, one in told.items()}


def hidden_text(text: str) -> str:
    """A text with personal data masked; nothing of it, should that fail."""
    from catchment.vault import hide_text  # noqa: PLC0415  (heavy)

    try:
        return hide_text(text)
    except Exception:  # noqa: BLE001  (a line that cannot be looked through is not told)
        return _UNTOLD


def _hidden(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {hidden_text(str(name)): _hidden(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(one) for one in value]
    return hidden_text(value if isinstance(value, str) else str(value))


def _tell_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    sys.stderr.write(hidden_text("".join(traceback.format_exception(kind, error, trace))))


def _tell_crash_of_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and crash.exc_type is not SystemExit:
        _tell_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)
