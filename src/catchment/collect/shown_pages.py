"""Pages of events as they leave the house: a mask in the place of every token.

All tokens of a page are asked for together. In a column of JSON a mask is written as JSON writes
text, so that what was a document stays one.
"""

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import WorkspaceId
from catchment.vault import TOKEN, TOKEN_MARK

_DOCUMENTS = ("properties", "traits", "context")


class Masks(Protocol):
    """Says what may be shown of values. `catchment.vault.Vault` is one."""

    def masked(self, workspace_id: WorkspaceId, tokens: Sequence[str]) -> list[str]:
        """What may be shown of the values behind tokens."""


def shown_page(masks: Masks, workspace_id: WorkspaceId, page: pa.Table) -> pa.Table:
    """The page with masks for tokens, in whichever column they stand."""
    marked = {
        name: pc.fill_null(pc.match_substring(page[name], TOKEN_MARK), fill_value=False)
        for name in page.column_names
        if pa.types.is_string(page.schema.field(name).type)
    }
    marked = {name: where for name, where in marked.items() if pc.any(where).as_py()}
    texts = {name: page[name].filter(where).to_pylist() for name, where in marked.items()}
    tokens = list(
        dict.fromkeys(
            found[0]
            for column in texts.values()
            for text in column
            for found in TOKEN.finditer(text)
        )
    )
    shown = dict(zip(tokens, masks.masked(workspace_id, tokens), strict=True)) if tokens else {}
    written = {token: msgspec.json.encode(mask).decode()[1:-1] for token, mask in shown.items()}
    for name, column in texts.items():
        put = _putting(written if name in _DOCUMENTS else shown)
        replaced = pa.array([TOKEN.sub(put, text) for text in column], pa.string())
        new = pc.replace_with_mask(page[name].combine_chunks(), _whole(marked[name]), replaced)
        place = page.schema.get_field_index(name)
        page = page.set_column(place, page.schema.field(place), new)
    return page


def _putting(shown: dict[str, str]) -> "Callable[[re.Match[str]], str]":
    return lambda found: shown[found[0]]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
