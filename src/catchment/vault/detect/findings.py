"""What was found in JSON or text: personal values, and the places that tokens go to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from catchment.vault.fields.types import DeclaredField


class Spot(msgspec.Struct, gc=False):
    """A personal value that was found.

    Attributes:
        known: what it is and how it is kept.
        value: as it was sent.
        scope: of an identifier that means nothing without one.
    """

    known: DeclaredField
    value: str
    scope: str | None = None

    @property
    def kind(self) -> str:
        """What it is."""
        return self.known.kind


class Edit(msgspec.Struct, gc=False):
    """A text that is to be put together anew.

    Attributes:
        box, key: where it stands.
        parts: what stays, and numbers of spots between; one number alone where nothing stays.
        is_name: it is the name of a member.
    """

    box: Any
    key: Any
    parts: list[str | int] | int
    is_name: bool = False


@dataclass(slots=True)
class Findings:
    """What was found so far, in however many trees."""

    spots: list[Spot] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def add(self, spot: Spot) -> int:
        """Takes a spot; its number."""
        self.spots.append(spot)
        return len(self.spots) - 1

    def replace(self, texts: Sequence[str]) -> None:
        """Puts these texts in the places of the spots."""
        for edit in self.edits:
            parts = edit.parts
            if isinstance(parts, int):
                edit.box[edit.key] = texts[parts]
                continue
            text = "".join(part if isinstance(part, str) else texts[part] for part in parts)
            if edit.is_name:
                members = list(edit.box.items())
                edit.box.clear()
                edit.box.update((text if name == edit.key else name, one) for name, one in members)
            else:
                edit.box[edit.key] = text
