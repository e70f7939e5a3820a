"""The tracker stays small, and brings nobody with it."""

import gzip
import json
from pathlib import Path

import pytest

from tracker.shop_site import TRACKER

BYTES_MAX = 5 * 1024

pytestmark = pytest.mark.node


def test_the_built_script_fits_in_five_kilobytes(built: Path) -> None:
    assert len(gzip.compress(built.read_bytes(), 9)) <= BYTES_MAX


def test_it_has_no_runtime_dependencies_and_its_lock_names_no_registry() -> None:
    package = json.loads((TRACKER / "package.json").read_text(encoding="utf-8"))
    lock = (TRACKER / "package-lock.json").read_text(encoding="utf-8")
    assert "dependencies" not in package
    assert '"resolved"' not in lock


def test_the_snippet_is_small_and_waits_for_nothing() -> None:
    snippet = (TRACKER / "snippet.html").read_text(encoding="utf-8")
    assert len(snippet) < 1_000
    assert "s.async=1" in snippet
