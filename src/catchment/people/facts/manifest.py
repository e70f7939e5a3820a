"""The manifest: what the book is at one commit. It is swapped whole, so readers see all or nothing.

A run file that it does not name is a leftover of a crash, and is deleted by the next writer. What
cannot be read is as good as lost: the book is derived, and begins anew.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catchment.kernel import CatchmentError
from catchment.people.facts.measures_as_json import condition_json, read_condition
from catchment.people.facts.run_files import Run, flush_folder
from catchment.people.facts.types import Fact

FORMAT = 2
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One commit.

    Attributes:
        version: its number; grows with each.
        position: the log position that all facts have reached.
        facts: those that are kept, by key.
        runs: the files that hold them.
        epoch: the identity book's, whose numbers the nodes are.
    """

    version: int = 0
    position: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    epoch: int = 0


def load_manifest(folder: Path) -> Manifest:
    """The newest commit; an empty one where there is none, or none that can be read."""
    try:
        told = json.loads((folder / NAME).read_bytes())
        return _read(told) if told["format"] == FORMAT else Manifest()
    except (FileNotFoundError, NotADirectoryError):
        return Manifest()
    except (ValueError, KeyError, TypeError, CatchmentError):
        return Manifest()


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Puts a commit in the place of the one before; it is on disk when this returns."""
    beside = folder / f"{NAME}.new"
    with beside.open("w") as file:
        json.dump(_plain(manifest), file, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / NAME)
    flush_folder(folder)


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": manifest.version,
        "position": manifest.position,
        "epoch": manifest.epoch,
        "facts": [
            {
                "condition": condition_json(fact.condition),
                "field": fact.field,
                "is_number": fact.is_number,
            }
            for fact in manifest.facts.values()
        ],
        "runs": [
            {
                "name": run.name, "size": run.size, "rows": run.rows, "labels": run.labels,
                "sections": run.sections,
            }
            for run in manifest.runs
        ],
    }  # fmt: skip


def _read(told: Mapping[str, Any]) -> Manifest:
    facts = [
        Fact(read_condition(one["condition"]), one["field"], one["is_number"])
        for one in told["facts"]
    ]
    return Manifest(
        version=told["version"],
        position=told["position"],
        facts={fact.key: fact for fact in facts},
        runs=tuple(
            Run(
                one["name"], one["size"], one["rows"],
                {key: (place[0], place[1], place[2]) for key, place in one["sections"].items()},
                (one["labels"][0], one["labels"][1], one["labels"][2]),
            )
            for one in told["runs"]
        ),
        epoch=told["epoch"],
    )  # fmt: skip
