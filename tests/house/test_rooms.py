"""What rooms may know of each other, beyond what the import contract says."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.house.source import Module, room_modules, rooms

# A room's face. The rest is its own affair.
FACE = {"actions", "policy", "queries", "models", "events", "schema", "rules"}
# Rooms that are libraries: everything in them is for everybody.
OPEN_ROOMS = {"foundation.kit", "foundation.design"}


# What answers requests, jobs and events: the top of a room.
UPPER = {"urls", "views", "api", "tasks", "reactions", "admin"}


def imports_of(module: Module, *, at_run_time: bool = False) -> Iterator[tuple[int, str]]:
    """Every module and name that it imports, in full, with the line."""
    package = module.path.removesuffix(".py").split("/")[:-1]
    for node in _nodes(module.tree, at_run_time=at_run_time):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def _nodes(tree: ast.AST, *, at_run_time: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if at_run_time and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _nodes(child, at_run_time=at_run_time)


def trespasses(modules: Iterable[Module]) -> list[str]:
    """Imports of what another room keeps to itself."""
    found = []
    for module in modules:
        for line, name in imports_of(module):
            parts = name.split(".")
            if parts[0] != "civium" or len(parts) < 4:
                continue
            room = ".".join(parts[1:3])
            if room != module.room and room not in OPEN_ROOMS and parts[3] not in FACE:
                found.append(
                    f"{module.path}:{line} imports {name}; other rooms see only {', '.join(sorted(FACE))}"
                )
    return found


def test_rooms_use_only_each_others_face() -> None:
    assert trespasses(room_modules()) == []


def test_a_look_behind_the_face_would_be_noticed() -> None:
    nosy = ast.parse(
        "from civium.engines.payments.adapters.demo import DemoProvider\nfrom ..payments import tasks"
    )
    found = trespasses([Module("civium/engines/cases/rules.py", "engines.cases", nosy)])
    assert len(found) == 2


PURE = {"rules", "schema", "events"}
NOT_PURE = {"models", "queries", "actions", "views", "tasks", "reactions", "adapters"}


def impurities(modules: Iterable[Module]) -> list[str]:
    """Where a pure decision gets hold of the database or a request. For types alone (``if TYPE_CHECKING``) it may look."""
    found = []
    for module in modules:
        if module.inside.split("/")[0].removesuffix(".py") not in PURE:
            continue
        for line, name in imports_of(module, at_run_time=True):
            parts = name.split(".")
            is_row = parts[0] == "civium" and len(parts) > 3 and parts[3] in NOT_PURE
            if is_row or name.startswith(
                ("django.db", "django.http", "django.shortcuts", "django.core.cache")
            ):
                found.append(f"{module.path}:{line} imports {name}")
    return found


def test_rules_decide_without_database_and_request() -> None:
    assert impurities(room_modules()) == [], (
        "let whoever calls ask the database and pass on what it found; what is needed for types alone goes under TYPE_CHECKING"
    )


def test_a_rule_that_asks_the_database_would_be_noticed() -> None:
    curious = ast.parse("from ..cases.models import Case\nfrom .queries import get_case")
    assert len(impurities([Module("civium/engines/fees/rules.py", "engines.fees", curious)])) == 2


def test_what_a_room_keeps_to_itself_stands_below_its_views() -> None:
    """The import contract knows the usual names; a room's own modules may not reach up to what answers requests."""
    usual = (
        FACE
        | UPPER
        | {"__init__", "adapters", "apps", "checks", "context", "forms", "middleware", "management"}
    )
    found = [
        f"{module.path}:{line} imports {name}"
        for module in room_modules()
        if module.inside.split("/")[0].removesuffix(".py") not in usual and module.room not in OPEN_ROOMS
        for line, name in imports_of(module)
        if name.startswith(f"civium.{module.room}.") and name.split(".")[3] in UPPER
    ]
    assert found == [], "move what both need into a module of its own below, or pass it in"


def test_every_room_says_what_it_is_for() -> None:
    docstrings = {
        module.room: ast.get_docstring(module.tree) or ""
        for module in room_modules()
        if module.inside == "__init__.py"
    }
    assert {room for room in rooms() if len(docstrings.get(room, "")) < 40} == set()


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        module.path
        for module in room_modules()
        if module.tree.body
        and not ast.get_docstring(module.tree)
        and not module.inside.endswith("__init__.py")
    ]
    assert silent == [], "begin it with a docstring: what lives here"


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    empty_names = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "core",
        "base",
        "manager",
        "info",
        "misc",
        "handle",
    }
    assert [
        module.path for module in room_modules() if module.path.rpartition("/")[2][:-3] in empty_names
    ] == [], "call it by what it does"
