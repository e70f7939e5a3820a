"""The one OpenAPI 3.1 file: what the console's client and other people's are generated from.

`python -m catchment.api.openapi` prints it without starting or needing anything. What FastAPI
cannot know is added here: who may call what, the `Idempotency-Key`, and that every error is a
problem document.
"""

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any, cast

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from catchment import __version__
from catchment.api.at_the_desk import PublicRoute
from catchment.api.rights import Needs
from catchment.api.routes import (
    analytics,
    audience_files,
    audiences,
    consent,
    duplicates,
    events,
    identity,
    imports,
    interests,
    jobs,
    levels,
    people,
    people_search,
    privacy_fields,
    privacy_grants,
    privacy_keys,
    privacy_sweep,
    privacy_trail,
    quarantine,
    rights,
    sign_in,
    sources,
    tags,
    traits,
    virtual_numbers,
    workspaces,
)
from catchment.api.schemas.events import LiveEntry
from catchment.api.schemas.shapes import Problem

API_PREFIX = "/api/v1"
TAGS = [
    {"name": "access", "description": "Operators, workspaces, keys and the audit trail."},
    {"name": "collect", "description": "Sources and the quarantine."},
    {"name": "events", "description": "Events: the newest, the live tail, files of them."},
    {"name": "imports", "description": "Files brought in."},
    {"name": "jobs", "description": "Long acts and their progress."},
    {"name": "analytics", "description": "Overview, metrics and the funnel."},
    {"name": "audiences", "description": "People chosen by rules, kept up, and what moves."},
    {"name": "people", "description": "Who people are, what they did, and what they care about."},
    {"name": "privacy", "description": "Personal data: its fields, keys, grants and trail."},
]
# `PageAnswer_Source_` reads better in a generated client as `SourcePage`.
_GENERIC_NAME = re.compile(r"(Page|Items)Answer(?:_|\[)(\w+?)(?:_(?=\")|\])")
_REF = "#/components/schemas/{model}"
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own making. The same key with the same request again gives "
    "the first answer again and does nothing twice; kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def managing_routes() -> APIRouter:
    """Every route of the managing API."""
    whole = APIRouter(prefix=API_PREFIX)
    whole.include_router(sign_in.public)
    whole.include_router(virtual_numbers.public)
    whole.include_router(imports.uploads)
    whole.include_router(audience_files.uploads)
    for room in (
        sign_in,
        workspaces,
        sources,
        quarantine,
        events,
        jobs,
        imports,
        analytics,
        identity,
        duplicates,
        interests,
        people,
        traits,
        tags,
        levels,
        audiences,
        audience_files,
        people_search,
        privacy_fields,
        privacy_sweep,
        privacy_keys,
        privacy_grants,
        privacy_trail,
        consent,
        rights,
        virtual_numbers,
    ):
        whole.include_router(room.router)
    return whole


def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the managing API."""
    skeleton = FastAPI()
    skeleton.include_router(managing_routes())
    return describe(skeleton)


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of an app that holds our routes."""
    document = get_openapi(
        title="Catchment managing API",
        version=__version__,
        summary="Sources, events, quarantine, imports and analyses of a self-hosted Catchment.",
        routes=app.routes,
        tags=TAGS,
    )
    routes = {route.operation_id: route for route in api_routes(app)}
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(operation, method, routes[operation["operationId"]])
    schemas = document["components"]["schemas"]
    for stray in ("HTTPValidationError", "ValidationError"):
        schemas.pop(stray, None)
    for model in (Problem, LiveEntry):
        _add_schema(schemas, model)
    document["components"]["securitySchemes"] = {
        "sign_in": {"type": "apiKey", "in": "cookie", "name": "catchment_sign_in"},
        "key": {"type": "http", "scheme": "bearer", "bearerFormat": "ck_…"},
    }
    return cast("dict[str, Any]", json.loads(_GENERIC_NAME.sub(_plain_name, json.dumps(document))))


def _plain_name(match: re.Match[str]) -> str:
    return match[2] + ("Page" if match[1] == "Page" else "List")


def _add_schema(schemas: dict[str, Any], model: type[Problem] | type[LiveEntry]) -> None:
    shape = model.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    schemas.update(shape.pop("$defs", {}))
    schemas[model.__name__] = shape


def api_routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every route that the OpenAPI document shows, however deeply included."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context.original_route


def needs_of(route: APIRoute) -> Needs | None:
    """The right that a route asks of its caller in a workspace."""
    found = [d.call for d in route.dependant.dependencies if isinstance(d.call, Needs)]
    return found[0] if found else None


def _complete(operation: dict[str, Any], method: str, route: APIRoute) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = {
        "description": "A problem.",
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
    }
    # An address reads from left to right, and so does its list of parameters.
    parameters = operation.setdefault("parameters", [])
    parameters.sort(key=lambda one: (one["in"] != "path", one["name"] != "workspace_id"))
    if isinstance(route, PublicRoute) and route.is_public:
        operation["security"] = []
        return
    if method == "post":
        parameters.append(_IDEMPOTENCY)
    operation["security"] = [{"sign_in": []}]
    needs = needs_of(route)
    if needs is None:
        return
    operation["x-action"] = str(needs.action)
    operation["x-roles"] = [str(role) for role in needs.roles]
    operation["x-scopes"] = [str(scope) for scope in needs.scopes]
    if needs.scopes:
        operation["security"].append({"key": []})


@cache
def openapi_bytes() -> tuple[bytes, str]:
    """The document as it is served, and its entity tag."""
    document = json.dumps(openapi_document(), ensure_ascii=False).encode()
    return document, f'"{sha256(document).hexdigest()[:32]}"'


if __name__ == "__main__":
    json.dump(openapi_document(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
