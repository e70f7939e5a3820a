"""What keeping and reading personal data takes, put together once for a process."""

from dataclasses import dataclass
from pathlib import Path

from catchment.kernel import Clock, IdMaker
from catchment.store import Database
from catchment.vault.detect.names import NAMES
from catchment.vault.fields.declare import FieldBook
from catchment.vault.fields.kinds import OtherKinds
from catchment.vault.grants.answer import Grants
from catchment.vault.grants.reveal import READINGS_PER_HOUR, MayUse, Revealing
from catchment.vault.keys.ring import KeyRing
from catchment.vault.retention.rules import RetentionBook
from catchment.vault.trail.chain import Trail
from catchment.vault.trail.copies import TrailCopies
from catchment.vault.vault import Vault

ROTATION_JOB = "privacy.rotate_key"
MASTER_JOB = "privacy.rotate_master_key"


@dataclass(frozen=True, slots=True)
class PrivacyParts:
    """The parts, each made once per process.

    Attributes:
        vault: personal values, sealed.
        keys: what seals them.
        trail: who read what.
        grants: who may.
        revealing: the one way to values in clear.
        fields: where personal data stands.
        retention: how long what is kept.
        may_use: whether somebody agreed to being addressed.
    """

    vault: Vault
    keys: KeyRing
    trail: Trail
    grants: Grants
    revealing: Revealing
    fields: FieldBook
    retention: RetentionBook
    may_use: MayUse


def privacy_parts(
    database: Database,
    vault: Vault,
    keys: KeyRing,
    keys_folder: Path,
    *,
    may_use: MayUse,
    fields: FieldBook | None = None,
    clock: Clock,
    ids: IdMaker,
    per_hour: int = READINGS_PER_HOUR,
) -> PrivacyParts:
    """The parts over these records, this vault and these keys.

    Args:
        database: the records.
        vault: personal values.
        keys: what seals them.
        keys_folder: where the keys lie, and the trail's second copy with them.
        may_use: whether somebody agreed to being addressed.
        fields: where personal data stands, if that is known already.
        clock: tells the time.
        ids: makes ids.
        per_hour: so many readings of one caller in an hour at most.
    """
    trail = Trail(database, TrailCopies(keys_folder), lambda: keys.signing_key("trail"), clock)
    fields = fields or FieldBook(database, clock, ids, OtherKinds(vault.kinds, NAMES))
    grants = Grants(trail, fields, clock, ids)
    revealing = Revealing(
        database, vault, trail, grants,
        check_keys=keys.check, may_use=may_use, clock=clock, per_hour=per_hour,
    )  # fmt: skip
    return PrivacyParts(
        vault, keys, trail, grants, revealing, fields, RetentionBook(clock), may_use
    )  # fmt: skip
