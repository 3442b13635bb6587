"""openapi.json, and a page that reads it to people: no script, nothing from elsewhere."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collab.api.service import api
from collab.api.words import Problem

BASE = "/api/v1/"
_METHODS = {"get": "azur", "post": "sapin", "put": "miel", "patch": "miel", "delete": "brique"}
"""The hue of each; its name says the same."""


@cache
def schema() -> dict[str, Any]:
    """Return the description of all calls, with how to sign in and how each may be refused."""
    told: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=BASE))
    parts = told["components"]
    parts["securitySchemes"] = {
        "appPassword": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    }
    parts["schemas"]["Problem"] = Problem.json_schema()
    told["security"] = [{"appPassword": []}, {"session": []}]
    refusal = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in told["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = refusal
            operation.pop("security", None)
    return told


@require_safe
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for programs; it says nothing of this house."""
    response = JsonResponse(schema())
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    return render(request, "api/docs.html", {"groups": _groups(), "base": BASE.rstrip("/")})


@cache
def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the calls, by what they are about."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema()["paths"].items():
        for method, hue in _METHODS.items():
            if operation := methods.get(method):
                call = {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "hue": hue,
                    "path": path,
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "asked": [*_parameters(operation), *_members(_content(operation.get("requestBody")))],
                    "answers": _members(_answer(operation)),
                }
                found.setdefault(operation["tags"][0], []).append(call)
    return list(found.items())


def _parameters(operation: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "name": item["name"],
            "type": _type(item["schema"]),
            "place": item["in"],
            "text": item["schema"].get("description", ""),
        }
        for item in operation.get("parameters", ())
    ]


def _members(described: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": name, "type": _type(item), "place": "", "text": item.get("description", "")}
        for name, item in _resolved(described).get("properties", {}).items()
    ]


def _answer(operation: dict[str, Any]) -> dict[str, Any]:
    return next(
        (_content(told) for status, told in operation["responses"].items() if str(status) in {"200", "201"}), {}
    )


def _content(told: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = (told or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _resolved(described: dict[str, Any]) -> dict[str, Any]:
    name = described.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schema()["components"]["schemas"][name] if name else described
    return found


def _type(described: dict[str, Any]) -> str:
    """Return what a value is, in words: “text”, “one of reader, writer”, “list of Share”."""
    choices = described.get("anyOf") or described.get("allOf")
    if choices:
        return " or ".join(_type(item) for item in choices)
    if "$ref" in described:
        named = _resolved(described)
        return f"one of {', '.join(named['enum'])}" if "enum" in named else described["$ref"].rpartition("/")[2]
    if described.get("type") == "array":
        return f"list of {_type(described['items'])}"
    return {"date-time": "moment"}.get(described.get("format", "")) or str(described.get("type", "anything"))
