"""Traits as they may be shown: tokens stay for who shows them, what is in the clear is masked."""

from typing import Any

from catchment.vault import TOKEN_MARK, mask, mask_trait

NAME_TRAITS = frozenset(
    {"name", "first_name", "last_name", "full_name", "firstname", "lastname", "fullname"}
)
"""Traits that say what a person is called."""

NAME_KIND = "name"
"""What a name is to the vault."""


def shown_trait(name: str, value: Any) -> Any:
    """A trait's value as it may be shown, however deep it goes.

    Args:
        name: the trait's; of a nested value the whole path.
        value: as it was told, or with tokens in it.
    """
    if name.rpartition(".")[2].lower() in NAME_TRAITS and isinstance(value, str):
        return shown_name(value)
    return mask_trait(name, value)


def shown_name(name: str) -> str:
    """A name: its token as it is, any other masked."""
    return name if TOKEN_MARK in name else mask(NAME_KIND, name)
