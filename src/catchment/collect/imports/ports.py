"""What an import asks of others: a place where its progress is kept."""

from collections.abc import Sequence
from typing import Protocol

from catchment.collect.imports.types import ImportRecord, RowError
from catchment.kernel import Clock, IdMaker, WorkspaceId


class ImportRecords(Protocol):
    """Keeps imports and their row errors; each call is durable when it returns."""

    def get(self, workspace_id: WorkspaceId, import_id: str) -> ImportRecord:
        """One import.

        Raises:
            ImportUnknown: there is none of this id here.
        """

    def find_unfinished(self, workspace_id: WorkspaceId, fingerprint: str) -> ImportRecord | None:
        """The import of the same content in the same way that did not come to its end."""

    def create(self, record: ImportRecord, actor: str, *, clock: Clock, ids: IdMaker) -> None:
        """Keeps a new import and, in the audit trail, who ordered it; both or neither."""

    def put(self, record: ImportRecord) -> None:
        """Keeps an import that is begun, or begun again, as it stands."""

    def advance(self, record: ImportRecord, errors: Sequence[RowError]) -> bool:
        """Keeps how far it is, together with the rows that failed since.

        Returns:
            Whether it may go on; false, with nothing kept, when it was cancelled meanwhile.
        """

    def errors(self, workspace_id: WorkspaceId, import_id: str) -> Sequence[RowError]:
        """The kept row errors, in the file's order."""
