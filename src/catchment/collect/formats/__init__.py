"""The wire formats: each turns a body as received into events, the same way every time.

`decode` is pure: what the collector answers, what landing stores and what a replay yields are one
computation over the same bytes. A format's name may carry the call it came by behind a slash
(`segment/track`), because some clients say the kind of an event only in the address.
"""

from collections.abc import Set as AbstractSet

from catchment.collect.types import Decoded
from catchment.lake import Received


def decode(received: Received, blocked_ids: AbstractSet[str] = frozenset()) -> Decoded:
    """The events of a body, and the items that are none.

    Args:
        received: the body, and how to read it.
        blocked_ids: the workspace's own identifiers that stand for nobody.
    """
    raise NotImplementedError
