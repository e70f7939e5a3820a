"""The vault with all that reads from it, over records in a temporary folder."""

from collections.abc import Sequence
from pathlib import Path

from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.store import Database
from catchment.testing.vault_world import make_vault_world
from catchment.vault.grants.reveal import MayUse
from catchment.vault.parts import PrivacyParts, privacy_parts
from catchment.vault.types import Purpose
from catchment.vault.vault import Vault

MANY_PER_HOUR = 1_000_000


def everybody_agreed(
    _workspace_id: WorkspaceId, _subjects: Sequence[str], _purpose: Purpose, _kind: str
) -> bool:
    """Consent that is always there."""
    return True


def make_privacy(
    folder: Path,
    database: Database,
    clock: Clock,
    ids: IdMaker,
    *,
    may_use: MayUse = everybody_agreed,
    per_hour: int = MANY_PER_HOUR,
) -> PrivacyParts:
    """The parts of the vault, its keys and its database in this folder, beside the records."""
    world = make_vault_world(folder / "privacy", clock)
    ring = world.ring()
    vault = Vault(ring, Database(f"sqlite:///{folder / 'vault.db'}"), clock=clock)
    return privacy_parts(
        database, vault, ring, world.keys,
        may_use=may_use, clock=clock, ids=ids, per_hour=per_hour,
    )  # fmt: skip
