"""The command line: `catchment <noun> <verb>`. Parses, calls one function, renders.

Everything heavy is imported inside the commands, so that `catchment --help` stays quick. The one
table from error families to exit codes is here: 0 done, 1 refused, 2 used wrongly.
"""

import sys

from catchment.kernel import CatchmentError, Invalid, printable

EXIT_REFUSED = 1
EXIT_USAGE = 2

__all__ = ["EXIT_REFUSED", "EXIT_USAGE", "main"]


def main() -> None:
    """Runs the command that the shell asked for."""
    from catchment.cli.commands import app  # noqa: PLC0415  (`import catchment.cli` stays light)

    try:
        app()
    except CatchmentError as refused:
        print(f"catchment: {printable(refused.message)}", file=sys.stderr)
        for key, value in refused.details.items():
            for line in _told(key, value):
                print(f"  {printable(line)}", file=sys.stderr)
        sys.exit(EXIT_USAGE if isinstance(refused, Invalid) else EXIT_REFUSED)
    except BrokenPipeError:
        # `catchment events tail | head` is no failure; closing quietly is what a pipe expects.
        sys.stderr.close()
        sys.exit(0)


def _told(key: str, value: object) -> list[str]:
    """A detail of a refusal, as lines; of a list of problems, those that the message leaves out."""
    if key != "problems" or not isinstance(value, list):
        return [f"{key}: {value}"]
    return [f"{one['pointer']}: {one['message']}" for one in value[1:]]
