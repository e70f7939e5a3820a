"""API keys: a program's right of entry to one workspace, within scopes, until it is revoked."""

from catchment.access.keys.issue import (
    authenticate,
    create_key,
    list_keys,
    parse_scopes,
    person_behind,
    revoke_key,
)

__all__ = ["authenticate", "create_key", "list_keys", "parse_scopes", "person_behind", "revoke_key"]
