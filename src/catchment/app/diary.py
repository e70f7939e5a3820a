"""The diary: one line of JSON per thing worth telling, on standard error.

A trace names files and lines and never the values of variables, because those may be somebody's
name, phone or key.
"""

import logging
import sys
from typing import TextIO, cast

import structlog


class _StandardError:
    """Standard error as it is at the moment of writing, whoever has put another in its place."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def keep_diary() -> None:
    """Sets up how this process tells what happens; calling it again changes nothing."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
    # Alembic tells of each migration; a command's output is for its answer.
    logging.getLogger("alembic").setLevel(logging.WARNING)
