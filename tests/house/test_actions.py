"""Every change leaves an entry on the record, and says what it will do."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.house.source import Module, room_modules

# What changes nothing that anybody would look for on the record, and why.
WITHOUT_RECORD: dict[str, str] = {}


def actions() -> list[Module]:
    """Every action of every room."""
    return [
        m for m in room_modules() if m.inside.startswith("actions/") and m.inside != "actions/__init__.py"
    ]


def public_functions(module: Module) -> list[ast.FunctionDef]:
    """What other rooms may call in it."""
    return [
        node
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def called_names(module: Module) -> set[str]:
    """The names of everything that it calls."""
    calls = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return {
        func.id if isinstance(func, ast.Name) else func.attr
        for func in calls
        if isinstance(func, ast.Name | ast.Attribute)
    }


def silent_actions(modules: Iterable[Module], rooms_with_events: set[str]) -> list[str]:
    """Actions of rooms that have events which put nothing on the record."""
    return [
        module.path
        for module in modules
        if module.room in rooms_with_events and "record" not in called_names(module)
    ]


def test_every_action_records_what_it_did() -> None:
    with_events = {module.room for module in room_modules() if module.inside == "events.py"}
    silent = set(silent_actions(actions(), with_events))
    assert silent - set(WITHOUT_RECORD) == set()


def test_the_list_of_exceptions_has_no_strangers_on_it() -> None:
    with_events = {module.room for module in room_modules() if module.inside == "events.py"}
    assert set(WITHOUT_RECORD) - set(silent_actions(actions(), with_events)) == set()


def test_an_action_that_tells_nobody_would_be_noticed() -> None:
    sly = Module(
        "civium/engines/cases/actions/slip.py", "engines.cases", ast.parse("def slip(case): case.delete()")
    )
    assert silent_actions([sly], {"engines.cases"}) == [sly.path]


def test_every_action_says_what_it_will_do() -> None:
    assert [
        f"{module.path}: {function.name}"
        for module in actions()
        for function in public_functions(module)
        if not ast.get_docstring(function)
    ] == []


def test_nobody_looks_at_the_clock_by_themselves() -> None:
    """Time is passed in as ``at``; ``timezone.now()`` is for the edge: views, tasks, reactions."""
    edges = ("views", "api", "tasks", "reactions", "middleware", "caching", "admin", "adapters/", "apps")
    found = []
    for module in room_modules():
        if module.inside.startswith(edges):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "timezone.now", "datetime.now", "dt.datetime.now", "datetime.datetime.now", "date.today", "dt.date.today",
            }:  # fmt: skip
                found.append(f"{module.path}:{node.lineno}")
    assert found == []
