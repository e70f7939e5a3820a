"""`catchment doctor`: what is configured, reachable and wrong, in one screen."""

import sys

import typer

from catchment.cli.printing import AsJson, print_json, print_table


def doctor(as_json: AsJson = False) -> None:
    """Say what is configured, reachable and wrong."""
    from catchment.app import examine  # noqa: PLC0415  (heavy)

    findings = examine()
    if as_json:
        print_json(
            [
                {"part": f.part, "value": f.value, "is_well": f.is_well, "detail": f.detail}
                for f in findings
            ]
        )
    else:
        rows = [(f.part, "ok" if f.is_well else "WRONG", f.value, f.detail) for f in findings]
        print_table("Catchment", ("part", "state", "value", "detail"), rows)
    if not all(f.is_well for f in findings):
        sys.exit(typer.Exit(1).exit_code)
