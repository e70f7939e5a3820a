"""The audit trail: who did what to what, when. It only ever grows."""

from catchment.access.audit.store import (
    AUDIT_DETAIL_BYTES_MAX,
    AuditEntry,
    last_acts,
    list_audit,
    record,
)

__all__ = ["AUDIT_DETAIL_BYTES_MAX", "AuditEntry", "last_acts", "list_audit", "record"]
