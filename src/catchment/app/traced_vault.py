"""The vault as people's own work reads it: each reading in bulk leaves one line in the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catchment.kernel import WorkspaceId
from catchment.vault import Access, Revealing, Vault


@dataclass(frozen=True)
class TracedVault:
    """Opens by the one way that writes the trail; everything else is the vault's.

    Attributes:
        vault: keeps the values.
        revealing: opens them.
    """

    vault: Vault
    revealing: Revealing

    def open_for(
        self, workspace_id: WorkspaceId, tokens: Sequence[str], access: Access
    ) -> list[str | None]:
        """The values in the clear, once the trail tells of it."""
        return self.revealing.open_many(workspace_id, tokens, access)

    def masked(self, workspace_id: WorkspaceId, tokens: Sequence[str]) -> list[str]:
        """The values as they may be shown."""
        return self.vault.masked(workspace_id, tokens)

    def show_many(self, workspace_id: WorkspaceId, texts: Sequence[str]) -> list[str]:
        """The texts with masks in the place of tokens."""
        return self.vault.show_many(workspace_id, texts)

    def tokens_tagged(self, workspace_id: WorkspaceId, tags: Sequence[str]) -> Mapping[str, str]:
        """Of each subject of an identifier that is kept, a token that holds its value."""
        return self.vault.tokens_tagged(workspace_id, tags)

    def tokens_named(
        self, workspace_id: WorkspaceId, kind: str, value: str, *, limit: int
    ) -> Mapping[str, str]:
        """The tokens of this name, whole, and the subject that each was told of."""
        return self.vault.tokens_named(workspace_id, kind, value, limit=limit)
