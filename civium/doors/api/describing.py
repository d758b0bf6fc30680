"""The description as a page shows it: operations with their parameters, what is sent and what is answered."""

from __future__ import annotations

from typing import Any


def shown_operations(described: Any) -> list[dict[str, Any]]:
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
