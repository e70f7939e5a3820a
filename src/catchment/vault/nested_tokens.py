"""Tokens inside of a text that is taken to the vault as a whole: it goes there as it was sent.

A remark that held a phone has a token in it. Once remarks are declared, the remark goes to the
vault, and what goes there is what somebody wrote, or it would be another value than the same remark
sent again.
"""

from collections.abc import Callable, Sequence

import msgspec

from catchment.kernel import WorkspaceId
from catchment.vault.detect.findings import Spot
from catchment.vault.tokens import TOKEN, tokens_in

Opened = Callable[[WorkspaceId, Sequence[str]], Sequence[str | None]]
"""Gives what stands behind tokens; none where it was forgotten, or never was."""


def made_whole(spots: list[Spot], workspace_id: WorkspaceId, opened: Opened) -> None:
    """Puts what stands behind tokens into the values that hold some; in place.

    What cannot be opened any more stays a token: nobody knows what stood there.
    """
    nested = {
        place: tokens for place, spot in enumerate(spots) if (tokens := tokens_in(spot.value))
    }
    if not nested:
        return
    wanted = list(dict.fromkeys(str(one) for tokens in nested.values() for one in tokens))
    known = dict(zip(wanted, opened(workspace_id, wanted), strict=True))
    for place in nested:
        spot = spots[place]
        text = TOKEN.sub(lambda found: known[found[0]] or found[0], spot.value)
        spots[place] = msgspec.structs.replace(spot, value=text)
