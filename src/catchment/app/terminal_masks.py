"""Masks for what a command prints: tokens are looked up in whichever workspace they are of."""

import json
import os
from collections.abc import Iterable

from catchment.access import list_workspaces
from catchment.app.home import Home
from catchment.app.settings import read_settings
from catchment.kernel import CatchmentError
from catchment.store import UnitOfWork
from catchment.vault import HIDDEN, TOKEN, Token


def without_tokens(text: str, *, within_json: bool = False) -> str:
    """The text with a mask in the place of every token; `••••` where nothing can be opened.

    Args:
        text: what is to be printed.
        within_json: it is JSON, and masks are written as JSON writes them.
    """
    found = {match[0]: Token(*match.groups()) for match in TOKEN.finditer(text)}
    if not found:
        return text
    masks = _masks(found.values())
    if within_json:
        masks = {one: json.dumps(mask, ensure_ascii=False)[1:-1] for one, mask in masks.items()}
    return TOKEN.sub(lambda match: masks.get(match[0], HIDDEN), text)


def _masks(tokens: Iterable[Token]) -> dict[str, str]:
    wanted, masks = list(tokens), dict[str, str]()
    try:
        with Home(read_settings(os.environ)) as home:
            with UnitOfWork(home.database, reads_only=True) as uow:
                workspaces = [one.id for one in list_workspaces(uow)]
            for workspace_id in workspaces:
                left = [one for one in wanted if str(one) not in masks]
                if not left:
                    break
                shown = home.vault.masks(workspace_id, left)
                masks |= {
                    str(one): mask for one, mask in zip(left, shown, strict=True) if mask != HIDDEN
                }
    except CatchmentError:
        return masks
    return masks
