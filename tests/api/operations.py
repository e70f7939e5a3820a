"""The OpenAPI document as a list of operations, and values that fit its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from catchment.api.openapi import describe

Document = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    name: str
    method: str
    path: str
    spec: Document
    document: Document

    @property
    def is_public(self) -> bool:
        """Anybody may call it."""
        return bool(self.spec["security"] == [])

    @property
    def is_scoped(self) -> bool:
        """It belongs to a workspace."""
        return "{workspace_id}" in self.path

    @property
    def path_names(self) -> list[str]:
        """The ids that stand in its address."""
        return [p["name"] for p in self.spec.get("parameters", []) if p["in"] == "path"]

    @property
    def query(self) -> list[Document]:
        """What may stand behind the question mark."""
        return [p for p in self.spec.get("parameters", []) if p["in"] == "query"]

    @property
    def body(self) -> Document | None:
        """The schema of its JSON body."""
        content = self.spec.get("requestBody", {}).get("content", {})
        schema: Document | None = content.get("application/json", {}).get("schema")
        return schema

    @property
    def is_upload(self) -> bool:
        """It takes a file."""
        return "multipart/form-data" in self.spec.get("requestBody", {}).get("content", {})

    def at(self, ids: Mapping[str, str]) -> str:
        """Its address with these ids in it."""
        return self.path.format(**{name: ids.get(name, "none_0") for name in self.path_names})

    def resolve(self, schema: Document) -> Document:
        """A schema, behind its references."""
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def sample(  # noqa: PLR0911  (one return for each kind of schema)
        self, schema: Document, ids: Mapping[str, str], name: str = ""
    ) -> Any:
        """A value that fits a schema; ids are taken from `ids` by the field's name."""
        schema = self.resolve(schema)
        if name in ids:
            return ids[name]
        for options in ("anyOf", "oneOf"):
            if options in schema:
                return self.sample(schema[options][0], ids, name)
        if "enum" in schema:
            return schema["enum"][0]
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type")
        if kind == "object":
            required = schema.get("required", [])
            fields = schema.get("properties", {})
            return {field: self.sample(fields[field], ids, field) for field in required}
        if kind == "array":
            items = schema.get("items", {})
            return [self.sample(items, ids)] * max(1, schema.get("minItems", 0))
        return _scalar(schema, name)


def _scalar(schema: Document, name: str) -> Any:
    if schema.get("format") == "date-time":
        return "2026-03-02T00:00:00Z" if name == "until" else "2026-03-01T00:00:00Z"
    if examples := schema.get("examples"):
        return examples[0]
    kind = schema.get("type")
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return "x" * max(12, schema.get("minLength", 0))


def operations(app: FastAPI) -> Iterator[Operation]:
    """Every operation of the app's own OpenAPI document."""
    document = describe(app)
    for path, methods in document["paths"].items():
        for method, spec in methods.items():
            yield Operation(spec["operationId"], method.upper(), path, spec, document)
