"""The register of processing: generated from fields, purposes and retention, never written by hand.

What the law asks of whoever handles personal data: which kinds, what for, on what basis, how long,
and who else gets it. A row is one field for one purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from catchment.kernel import WorkspaceId
from catchment.vault.fields.types import PrivacyField, ValuesKept
from catchment.vault.types import DataClass, Purpose
from catchment.vault.vault import Vault

BASES = {
    Purpose.SERVICE: "contract",
    Purpose.TRANSACTION: "contract",
    Purpose.MATCHING: "contract",
    Purpose.MARKETING: "consent",
    Purpose.RIGHTS: "legal_obligation",
    Purpose.LEGAL: "legal_obligation",
}
"""On what each purpose rests; the law's own words for it (PIPL 13)."""

UNTIL_FORGOTTEN = "until_forgotten"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One field for one purpose.

    Attributes:
        field: where it stands.
        kind, label_zh, label_en, data_class: what it is.
        purpose, basis: what for, and what that rests on.
        retention: ISO 8601, or `until_forgotten`.
        recipients: who else gets it.
        values_kept: how many values there are of its kind and class.
    """

    field: str
    kind: str
    label_zh: str
    label_en: str
    data_class: DataClass
    purpose: Purpose
    basis: str
    retention: str
    recipients: Sequence[str]
    values_kept: int


def values_kept(vault: Vault, workspace_id: WorkspaceId) -> list[ValuesKept]:
    """How many values of each kind, class and purpose there are."""
    return [
        ValuesKept(kind, data_class, purpose, count, _EPOCH + timedelta(days=day))
        for kind, data_class, purpose, count, day in vault.counts(workspace_id)
    ]


def register_of(
    fields: Sequence[PrivacyField],
    kept: Sequence[ValuesKept],
    *,
    events_days: int | None,
    recipients: Sequence[str],
) -> list[RegisterRow]:
    """The register, in the order of the fields.

    Args:
        fields: what is kept.
        kept: how much of it there is.
        events_days: how long events are kept, for fields of the general class.
        recipients: the systems that personal data may reach.
    """
    rows = []
    for one in fields:
        spec = one.spec
        days = events_days if spec.data_class is DataClass.GENERAL else spec.retention_days
        count = sum(
            each.values
            for each in kept
            if each.kind == spec.kind and each.data_class is spec.data_class
        )
        rows += [
            RegisterRow(
                spec.place, spec.kind, spec.label_zh, spec.label_en, spec.data_class, purpose,
                BASES[purpose], UNTIL_FORGOTTEN if days is None else f"P{days}D",
                list(recipients), count,
            )
            for purpose in spec.purposes
        ]  # fmt: skip
    return rows


def oldest_kept(days: int, now: datetime) -> date:
    """The first day that is still kept when something is kept so many days."""
    return now.date() - timedelta(days=days)
