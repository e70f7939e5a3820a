"""`catchment bench …`: run the benchmarks of a source checkout, peers beside us."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from catchment.kernel import Missing

app = typer.Typer(help="Measure, beside peers, on this machine.", no_args_is_help=True)

_FOLDER = Path(__file__).parents[3] / "benchmarks"
_ALL = (
    "ingest",
    "landing",
    "freshness",
    "imports",
    "funnel",
    "identity",
    "interests",
    "duplicates",
    "facts",
    "audiences",
    "people_freshness",
    "vault_fields",
    "vault_keys",
    "vault_trail",
    "start",
)


class NoBenchmarksHere(Missing):
    """Benchmarks come with a source checkout, not with the installed package."""


def _run(name: str, extra: list[str]) -> int:
    script = _FOLDER / f"{name}.py"
    if not script.exists():
        raise NoBenchmarksHere(f"no benchmark {name!r} at {_FOLDER}: run from a source checkout")
    return subprocess.run([sys.executable, str(script), *extra], check=False).returncode  # noqa: S603


@app.command("all")
def run_all() -> None:
    """All of them, one after the other."""
    codes = [_run(name, []) for name in _ALL if (_FOLDER / f"{name}.py").exists()]
    raise typer.Exit(max(codes, default=0))


@app.command("run")
def run_one(
    name: Annotated[str, typer.Argument(help=", ".join(_ALL))],
) -> None:
    """One of them."""
    raise typer.Exit(_run(name, []))


def _named(name: str) -> None:
    @app.command(name)
    def run() -> None:
        raise typer.Exit(_run(name, []))

    run.__doc__ = f"The {name} benchmark."


for _name in _ALL:
    _named(_name)
