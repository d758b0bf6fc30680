"""People's data is read where it is asked whose it is: nobody reaches for a table past its room's queries."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from django.apps import apps
from django.db.models import BinaryField, ForeignKey, OneToOneField

from civium.foundation.identity.wall import find_wall
from tests.house.source import Module, room_modules

# What answers people and programs asks queries and actions; it never opens a table of people itself.
ANSWERS_PEOPLE = ("views", "api.py", "data_tracker.py", "urls.py", "forms.py", "admin.py", "context.py")
# Where a room may open a table of the rooms below: where it reads and changes, not where it answers, shows or decides. (Queues are the
# reads of cases that a list is made of; corrections, those of a form that belongs to a question; entries, those of the record that are
# about somebody; personal data, what a room hands out of its own to whom it is about.)
READS_AND_CHANGES = (
    "queries",
    "actions/",
    "models",
    "reactions.py",
    "tasks.py",
    "policy.py",
    "queues.py",
    "corrections.py",
    "entries.py",
    "personal_data.py",
)
# Who a program is and what it was answered before: the tables of the door itself, looked up by a secret.
OWN_DOOR = {"Token", "KeptAnswer"}


def tables_of_people() -> set[str]:
    """Models with words of people in them (sealed), and everything that belongs to a person or to such a thing."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("civium.")]
    found = {
        model.__name__
        for model in ours
        if any(
            isinstance(field, BinaryField) and field.name.endswith("_sealed") for field in model._meta.fields
        )
    }
    found |= {"Person", "Case", "Application"}
    return found | {
        model.__name__
        for model in ours
        if any(
            isinstance(field, ForeignKey | OneToOneField) and field.related_model.__name__ in found  # type: ignore[union-attr]
            for field in model._meta.fields
        )
    }


def raw_reads(modules: Iterable[Module], tables: set[str]) -> list[str]:
    """Where a table of people is opened by a door, by what answers people, or by another room where it does not read."""
    found = []
    for module in modules:
        own = _models_of(module.room)
        for node in ast.walk(module.tree):
            if not (
                isinstance(node, ast.Attribute)
                and node.attr in ("objects", "_default_manager", "_base_manager")
            ):
                continue
            table = node.value.id if isinstance(node.value, ast.Name) else ""
            if table not in tables or (module.room == "doors.api" and table in OWN_DOOR):
                continue
            if (
                module.room.startswith("doors.")
                or module.inside.startswith(ANSWERS_PEOPLE)
                or (table not in own and not module.inside.startswith(READS_AND_CHANGES))
            ):
                found.append(f"{module.path}:{node.lineno} {table}.{node.attr}")
    return found


def _models_of(room: str) -> set[str]:
    return {model.__name__ for model in apps.get_models() if model.__module__.startswith(f"civium.{room}.")}


# Counts without anybody's words, what is kept how long, and pages that show somebody their own. They should ask queries, too.
TO_BE_MOVED = {
    "civium/doors/api/reactions.py": {"SignIn"},
    "civium/doors/watch/queries.py": {"Case", "Notice", "StoredFile"},
    "civium/journeys/rights/keeping.py": {"Application", "Case"},
    "civium/journeys/rights/views.py": {"Case"},
    "civium/foundation/federation/views/systems.py": {"SystemConsent"},
    "civium/foundation/identity/views/recovery.py": {"Recovery"},
    "civium/foundation/identity/views/security.py": {"SignIn"},
}


def test_nobody_reaches_for_a_table_of_people_past_its_queries() -> None:
    reads = [read.replace(":", " ").split() for read in raw_reads(room_modules(), tables_of_people())]
    found = {(path, reach.removesuffix(".objects")) for path, _line, reach in reads}
    waived = {(path, table) for path, tables in TO_BE_MOVED.items() for table in tables}
    assert found - waived == set(), (
        "ask a query of the room that has the table, or write one there: find_... or get_..., with for_= where it matters who asks"
    )
    assert waived - found == set(), "they ask queries now: take them out of TO_BE_MOVED"


def test_the_tables_of_people_are_found() -> None:
    assert {
        "Person",
        "Case",
        "Application",
        "Question",
        "Message",
        "Notice",
        "StoredFile",
        "WayBack",
    } <= tables_of_people()
    assert not {"Agency", "Version", "Checkpoint"} & tables_of_people()


def raw_reads_in(path: str, words: str) -> list[str]:
    room = ".".join(path.split("/")[1:3])
    return raw_reads([Module(path, room, ast.parse(words))], tables_of_people())


def test_a_reach_past_the_queries_would_be_noticed() -> None:
    reach = "def page(request, id): return Case.objects.get(pk=id)"
    for path in ("civium/doors/desk/rows.py", "civium/doors/api/queries.py", "civium/engines/cases/views.py",
                 "civium/journeys/applications/views/filling.py", "civium/journeys/applications/case_file.py"):  # fmt: skip
        assert raw_reads_in(path, reach) == [f"{path}:1 Case.objects"]
    assert raw_reads_in("civium/doors/desk/rows.py", "Person._default_manager.all()") != []


def test_rooms_read_their_own_tables_and_readers_those_below() -> None:
    for path in (
        "civium/engines/cases/queries.py",
        "civium/engines/cases/queues.py",
        "civium/journeys/applications/actions/a.py",
    ):
        assert raw_reads_in(path, "Case.objects.first()") == []
    assert raw_reads_in("civium/doors/desk/rows.py", "Version.objects.first()") == []


# --- the way out ------------------------------------------------------------------------------------------------------

# Who may open a connection: the one way out, what speaks to a program on the same machine or network, and the demo provider's own
# call to this very site.
OPENS_CONNECTIONS = {
    "civium/foundation/kit/outgoing.py",
    "civium/foundation/files/adapters/clamav.py",
    "civium/engines/payments/adapters/demo.py",
    # To addresses that only the site's settings name: the witness.
    "civium/foundation/journal/asking.py",
    # Speak the words of allauth's own client, ``requests``; what it asks goes out through the one way.
    "civium/foundation/federation/adapters/asking.py",
    "civium/foundation/federation/adapters/allauth.py",
    "civium/foundation/federation/views/arriving.py",
}
CONNECTING = {
    "socket.create_connection",
    "socket.socket",
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
}


def ways_out(modules: Iterable[Module]) -> set[str]:
    """Modules that could ask another computer."""
    return {
        module.path for module in modules for node in ast.walk(module.tree) if _imported(node) & CONNECTING
    } | {
        module.path
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CONNECTING
    }


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


def test_there_is_one_way_out() -> None:
    assert ways_out(room_modules()) - OPENS_CONNECTIONS == set(), "ask through foundation.kit.outgoing"


def test_another_way_out_would_be_noticed() -> None:
    for words in (
        "import requests",
        "from urllib.request import urlopen",
        "import socket\nsocket.create_connection(('a', 1))",
    ):
        path = "civium/engines/registries/adapters/census.py"
        assert ways_out([Module(path, "engines.registries", ast.parse(words))]) == {path}


# --- the wall between agencies ---------------------------------------------------------------------------------------

# What has an agency, or hangs from what has one, and is not an agency's to see.
NO_AGENCYS = {
    "identity_membership": "who works where is known to everybody at work",
    "api_token": "a program's way in, looked up by its secret before anybody knows whose it is",
    "rights_export": "the person's own copy",
}
BEHIND = {"cases_case", "applications_application", "payments_payment", "files_storedfile", "forms_draft"}


def should_be_behind_the_wall() -> set[str]:
    """Every table with an agency's rows: it names one, or leads to a row that is one's."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("civium.")]
    found = set(BEHIND) | {
        model._meta.db_table for model in ours if any(field.name == "agency" for field in model._meta.fields)
    }
    while True:
        more = {
            model._meta.db_table
            for model in ours
            for field in model._meta.fields
            if isinstance(field, ForeignKey | OneToOneField)
            and field.related_model._meta.db_table in found - set(NO_AGENCYS)  # type: ignore[union-attr]
        }
        if more <= found:
            return found - set(NO_AGENCYS)
        found |= more


def test_what_is_an_agencys_stands_behind_the_wall() -> None:
    built, should_be = set(find_wall()), should_be_behind_the_wall()
    assert sorted(should_be - built) == [], (
        "rows of one agency that others would read: give the table a line in WALL of its room's wall.py (engines/cases has one; "
        "docs/decisions/0012); `civium migrate` puts it up"
    )
    assert sorted(built - should_be) == [], "it has no agency's rows: take it out of its room's wall.py"


def test_the_exceptions_are_real() -> None:
    assert set(NO_AGENCYS) <= {model._meta.db_table for model in apps.get_models()}
