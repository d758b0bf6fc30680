"""The page on which people read how programs talk to us, made from the description itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from civium.foundation.design.caching import public_page
from civium.foundation.identity.policy import anyone, open_to

from .api import api


@open_to(anyone)
@require_GET
@public_page()
def documentation(request: HttpRequest) -> HttpResponse:
    """The API as people read it: each operation with its parameters, what is sent and what is answered."""
    described = api.get_openapi_schema()
    return render(
        request,
        "api/documentation.html",
        {
            "operations": _operations(described),
            "schemas": described["components"]["schemas"],
            "origin": settings.CIVIUM_ORIGIN,
        },
    )


def _operations(described: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{method}-{path}".replace("/", "-").replace("{", "").replace("}", ""),
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "tag": operation["tags"][0],
            "needs_token": bool(operation.get("security")),
            "parameters": operation.get("parameters", []),
            "body": _named(operation.get("requestBody", {})),
            "answers": [
                {"status": status, "schema": _named(response), "words": response.get("description", "")}
                for status, response in operation["responses"].items()
            ],
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def _named(part: dict[str, Any]) -> str:
    """The name of the schema of a body; empty when it has none of its own."""
    for content in part.get("content", {}).values():
        return str(content["schema"].get("$ref", "")).rpartition("/")[2]
    return ""
