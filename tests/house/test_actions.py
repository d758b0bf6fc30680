"""Every change leaves an entry on the record, and says what it will do."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.house.source import Module, room_modules

# Changes that nobody would look for on the record, and why.
WITHOUT_RECORD = {
    "civium/engines/cases/actions/erase_from_lists.py": "part of an erasure, which is on the record",
    "civium/engines/cases/actions/keep_from.py": "part of questioning a reading, which is on the record and says which",
    "civium/engines/cases/actions/be_present.py": "who has a page open is forgotten within the hour",
    "civium/engines/cases/actions/look_at_case.py": "a bookmark for the reader's own list; opening the answers is recorded",
    "civium/doors/api/actions/keep_answer.py": "what was done is recorded where it was done; this only answers again",
    "civium/engines/cases/actions/see_mentions.py": "a mark for the reader's own list; the note that names them is recorded",
    "civium/engines/notices/actions/carry_notice.py": "what comes of it is recorded; a copy ends with its mandate, which is too",
    "civium/foundation/privacy/actions/forget_aged.py": "the night that lets go of all that is old enough records it once, by kind",
    "civium/engines/payments/actions/check_pending.py": "a mark of when to ask again; what the answer brings is recorded",
    "civium/journeys/catalogue/actions/count_figures.py": "counts of cases, each of which is on the record",
    "civium/foundation/journal/actions/react.py": "it keeps the journal's own books",
    "civium/foundation/journal/actions/record.py": "it is the record",
    "civium/foundation/journal/actions/sequence_entries.py": "it keeps the journal's own books",
    "civium/foundation/journal/actions/sweep_reactions.py": "it keeps the journal's own books",
    "civium/foundation/vault/actions/copy_keys.py": "it puts back keys whose making is recorded",
    "civium/foundation/federation/actions/renew_indexes.py": "the same indexes under another key",
    "civium/foundation/identity/actions/renew_indexes.py": "the same indexes under another key",
    "civium/journeys/applications/actions/renew_indexes.py": "the same indexes under another key",
    "civium/foundation/vault/actions/keys.py": "a key is made with the thing it seals, whose making is recorded",
}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
# Functions of ``kit.prepared`` that write, too.
PREPARED_WRITES = {"insert", "change", "change_all"}
# Where the time comes in, beside what is given a request and what the clock itself calls.
ENTRANCES = (
    "views",
    "adapters/",  # what the outside says, and when
    "templatetags/",  # a page may say what day it is
    "sessions.py",  # Django gives its store no request
    "mail.py",  # nor its mail backend
)
JOBS = {"job", "daily", "every"}
# Pure, or told by whoever calls: also where somebody hands a request in.
NEVER_AN_ENTRANCE = ("rules", "models", "queries", "schema", "events")
KEEPERS_OF_TIME = {"foundation.jobs", "foundation.journal"}


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
    return {func.attr if isinstance(func, ast.Attribute) else ast.unparse(func) for func in calls}


def writes_rows(module: Module) -> bool:
    """Whether it changes the database by itself, not only through other actions: ``.save(update_fields=...)`` and the like."""
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return any(
        call.func.attr in WRITES and not _writes_a_file(call)
        if isinstance(call.func, ast.Attribute)
        else isinstance(call.func, ast.Name) and call.func.id in PREPARED_WRITES
        for call in calls
    )


def _writes_a_file(call: ast.Call) -> bool:
    return any(keyword.arg in {"kind", "format"} for keyword in call.keywords)


def silent_actions(modules: Iterable[Module], rooms_with_events: set[str]) -> list[str]:
    """Actions of rooms that have events which change rows and put nothing on the record."""
    return [
        module.path
        for module in modules
        if module.room in rooms_with_events
        and not module.inside.startswith("actions/_")
        and writes_rows(module)
        and "record" not in called_names(module)
    ]


def test_every_action_records_what_it_did() -> None:
    with_events = {module.room for module in room_modules() if module.inside == "events.py"}
    silent = set(silent_actions(actions(), with_events))
    assert silent - set(WITHOUT_RECORD) == set(), (
        "record(...) what it did, in its transaction; or say in WITHOUT_RECORD (tests/house/test_actions.py) why nobody would look for it"
    )


def test_the_list_of_exceptions_has_no_strangers_on_it() -> None:
    with_events = {module.room for module in room_modules() if module.inside == "events.py"}
    assert set(WITHOUT_RECORD) - set(silent_actions(actions(), with_events)) == set()


@pytest.mark.parametrize("done", ["case.delete()", "change(case, 'status')"])
def test_an_action_that_tells_nobody_would_be_noticed(done: str) -> None:
    sly = Module(
        "civium/engines/cases/actions/slip.py", "engines.cases", ast.parse(f"def slip(case): {done}")
    )
    assert silent_actions([sly], {"engines.cases"}) == [sly.path]


def test_every_action_says_what_it_will_do() -> None:
    assert [
        f"{module.path}: {function.name}"
        for module in actions()
        for function in public_functions(module)
        if not ast.get_docstring(function)
    ] == []


LOOKUPS = {
    "timezone.now",
    "datetime.now",
    "dt.datetime.now",
    "datetime.datetime.now",
    "date.today",
    "dt.date.today",
}


def own_clocks(modules: Iterable[Module]) -> list[str]:
    """Where the time is looked up instead of passed in."""
    return [
        f"{module.path}:{line}"
        for module in modules
        if not module.inside.startswith(ENTRANCES) and module.room not in KEEPERS_OF_TIME
        for line in _lookups(module.tree, module, let_in=False)
    ]


def _lookups(node: ast.AST, module: Module, *, let_in: bool) -> Iterator[int]:
    """The lines that look at the clock, but for those inside a function that is let in."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in LOOKUPS and not let_in:
        yield node.lineno
    let_in = let_in or (isinstance(node, ast.FunctionDef) and _is_entrance(node, module))
    for child in ast.iter_child_nodes(node):
        yield from _lookups(child, module, let_in=let_in)


def _is_entrance(function: ast.FunctionDef, module: Module) -> bool:
    """Whether it is a job, or answers a request."""
    if module.inside.startswith(NEVER_AN_ENTRANCE):
        return False
    made = {ast.unparse(each.func) for each in function.decorator_list if isinstance(each, ast.Call)}
    arguments = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    return bool(made & JOBS) or ("request" in arguments and not module.inside.startswith("actions/"))


def test_nobody_looks_at_the_clock_by_themselves() -> None:
    """Time is passed in as ``at``, so that a test, a replay and an example can say what day it is."""
    assert own_clocks(room_modules()) == [], (
        "take the moment as an argument (at: datetime, or today: date) and let whoever calls pass it on: the view, which has "
        "the request, or the job looks at the clock"
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("rules.py", "def is_late(case): return case.due_on < date.today()"),
        ("queries.py", "def find_late(request): return timezone.now()"),
        ("actions/open_case.py", "def open_case(request): return timezone.now()"),
        ("looking_pages.py", "def _today(): return timezone.now()"),
    ],
)
def test_a_watch_of_ones_own_would_be_noticed(path: str, words: str) -> None:
    path = f"civium/engines/cases/{path}"
    assert own_clocks([Module(path, "engines.cases", ast.parse(words))]) == [f"{path}:1"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("looking_pages.py", "def page(request): return timezone.now()"),
        ("actions/carry.py", "@job()\ndef carry(id): return timezone.now()"),
    ],
)
def test_what_answers_or_is_called_by_the_clock_looks_at_it(path: str, words: str) -> None:
    assert own_clocks([Module(f"civium/engines/cases/{path}", "engines.cases", ast.parse(words))]) == []
