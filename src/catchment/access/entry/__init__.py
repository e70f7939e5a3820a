"""Signing in and out: a record on our side, an opaque token on theirs, little patience."""

from catchment.access.entry.sign_in import (
    SIGN_IN_IDLE_MAX,
    SIGN_IN_LASTS,
    change_password,
    check_sign_in,
    forget_old_entries,
    sign_in,
    sign_in_known,
    sign_out,
    sign_out_everywhere,
)
from catchment.access.entry.throttle import Limit, wait_after

__all__ = [
    "SIGN_IN_IDLE_MAX",
    "SIGN_IN_LASTS",
    "Limit",
    "change_password",
    "check_sign_in",
    "forget_old_entries",
    "sign_in",
    "sign_in_known",
    "sign_out",
    "sign_out_everywhere",
    "wait_after",
]
