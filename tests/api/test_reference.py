"""The reference page and the OpenAPI document tell of the same calls."""

from __future__ import annotations

import re
from pathlib import Path

from catchment.api.openapi import openapi_document

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "http-api.md"


def test_the_reference_names_every_call_and_no_other() -> None:
    told = set(re.findall(r"^\| `[A-Z]+ \S+` `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    known = {
        spec["operationId"]
        for methods in openapi_document()["paths"].values()
        for spec in methods.values()
    }
    assert told == known
