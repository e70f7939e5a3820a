"""Every reading of personal data names its purpose where it is written, and goes by the trail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "catchment"

ASKED = {"api/routes/privacy_grants.py", "app/audience_exports.py", "cli/privacy.py"}
"""Here an operator names the purpose, and a grant for that purpose is checked."""

TRAILED = {
    # writes the trail before it opens anything
    "vault/grants/reveal.py", "app/traced_vault.py",
    # are handed a vault that does
    "people/identifiers/open_tokens.py", "people/duplicates/particulars.py",
    "people/rights/gathering.py", "people/rights/identifying.py", "app/sweep_pass.py",
    # opens for a file that was granted, counted and written into the trail before
    "app/audience_parts.py",
}  # fmt: skip
"""Whoever opens values; a new one is to be looked at before it is let in here."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            yield name, node


def is_literal(node: ast.expr | None) -> bool:
    """`Purpose.SERVICE`, or `vault.Purpose.SERVICE`."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name == "Purpose" and node.attr.isupper()


def purposeless(source: str) -> list[str]:
    """Accesses whose purpose does not stand there as a word."""
    found = []
    for name, call in calls(ast.parse(source)):
        if name != "Access":
            continue
        by_name = {one.arg: one.value for one in call.keywords}
        purpose = by_name.get("purpose", call.args[1] if len(call.args) > 1 else None)
        if not is_literal(purpose):
            found.append(f"line {call.lineno}")
    return found


def untrailed(source: str) -> list[str]:
    """Calls that open values without the trail being written by the same hand."""
    return [f"line {call.lineno}" for name, call in calls(ast.parse(source)) if name == "open_for"]


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_every_reading_names_its_purpose_and_leaves_a_trace(path: Path) -> None:
    here, source = str(path.relative_to(SRC)), path.read_text()
    if here not in ASKED:
        assert purposeless(source) == []
    if here not in TRAILED:
        assert untrailed(source) == []


def test_a_purpose_out_of_a_variable_is_caught() -> None:
    assert purposeless("Access(actor, purpose, 'why')\n")
    assert purposeless("vault.Access('worker', reason='why', purpose=told)\n")
    assert purposeless("Access('worker', Purpose('service'), 'why')\n")
    assert not purposeless("Access('worker', vault.Purpose.MATCHING, 'why')\n")
    assert untrailed("home.vault.open_for(ws, tokens, access)\n")
