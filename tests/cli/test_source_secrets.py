"""The command line over signing secrets: shown once, listed without themselves, revoked."""

from __future__ import annotations

from pathlib import Path

from stories.installation import Installation


def test_secrets_are_made_listed_and_revoked(tmp_path: Path) -> None:
    home = Installation(tmp_path / "home")
    home.run("sources", "create", "Shop")
    assert home.ask("sources", "secrets", "create", "Shop", "--dry-run") == {
        "would_create_for": "Shop"
    }
    made = home.ask("sources", "secrets", "create", "Shop")
    assert made["secret"].startswith("whsec_")
    home.run("sources", "secrets", "rule", "Shop", "--settles", code=1)
    rule = home.ask("sources", "secrets", "rule", "Shop", "--signature", "required", "--settles")
    assert rule == {"signature": "required", "settles": True, "trust": "settled"}
    home.run("sources", "secrets", "rule", "Shop", "--signature", "perhaps", code=2)
    listed = home.ask("sources", "secrets", "list", "Shop")
    assert [one["id"] for one in listed["secrets"]] == [made["id"]]
    assert made["secret"] not in str(listed)
    home.run("sources", "secrets", "revoke", "Shop", made["id"])
    home.run("sources", "secrets", "revoke", "Shop", made["id"], code=1)
    assert home.ask("sources", "secrets", "list", "Shop")["secrets"] == []
