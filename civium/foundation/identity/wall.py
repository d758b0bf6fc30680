"""The wall between agencies, in the database itself (PostgreSQL): row-level security, behind which a query that forgot to ask whose
a case is finds those of one's own agencies only.

Each room declares in its ``wall.py`` which tables stand behind it (``WALL``: by table, the condition for a row to be an agency's); it is
put up after every migration. It stands while a setting of the transaction names agencies: whoever comes through a door for staff gets it
(``policy.open_to``). Where no setting is, there is none: citizens, jobs and commands (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from typing import Final, TypeVar

from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .models import Person

SETTING: Final = "civium.agencies"
POLICY: Final = "agencies"
# No agency is called like that: the setting of somebody who works for none. An empty setting is none.
NO_AGENCY: Final = " "
# Asked in a sub-select, a setting is read once for a statement instead of once for every row.
_AGENCIES: Final = f"(SELECT string_to_array(current_setting('{SETTING}', true), ','))"
_NO_WALL: Final = f"(SELECT coalesce(current_setting('{SETTING}', true), '') = '')"
Result = TypeVar("Result")
_behind: ContextVar[str] = ContextVar("agencies of whoever is behind the wall", default="")


def of_agency(column: str = "agency_id") -> str:
    """The condition for rows that name their agency."""
    return f"{column} = ANY ({_AGENCIES}::text[])"


def hangs_from(table: str, condition: str) -> str:
    """The condition for rows that belong to a row of another table behind the wall: whoever sees that one sees these.

    ``OFFSET 0`` keeps PostgreSQL from reading the other table whole for it: each row is looked up by its key.
    """
    return f"EXISTS (SELECT 1 FROM {table} WHERE {condition} OFFSET 0)"  # noqa: S608 - names of ours


def put_wall(database: BaseDatabaseWrapper) -> None:
    """Have the database keep the rows of these tables to their agencies; of its owner, too, as whom the site connects.

    Only tables whose policy is not as declared are touched; those of a room that is not migrated yet wait for it.
    """
    wall = find_wall()
    _run(
        database,
        (
            statement
            for table in _existing(database, find_gaps(database))
            for statement in (
                f"DROP POLICY IF EXISTS {POLICY} ON {table}",
                f"CREATE POLICY {POLICY} ON {table} USING ({_NO_WALL} OR {wall[table]})",
                f"COMMENT ON POLICY {POLICY} ON {table} IS '{_mark(wall[table])}'",
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            )
        ),
    )


def put_after_migrating(using: str, **_told: object) -> None:
    """What Django calls when the tables are up to date."""
    if connections[using].vendor == "postgresql":
        put_wall(connections[using])


def _mark(condition: str) -> str:
    """What a policy bears, to see later whether it still says what is declared."""
    return sha256(f"{_NO_WALL} OR {condition}".encode()).hexdigest()


def _existing(database: BaseDatabaseWrapper, tables: Iterable[str]) -> list[str]:
    with database.cursor() as cursor:
        there = set(database.introspection.table_names(cursor))
    return [table for table in tables if table in there]


def _run(database: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@lru_cache(maxsize=1)
def find_wall() -> dict[str, str]:
    """What rooms declare in their ``wall.py`` as ``WALL``: the condition of each table."""
    rooms = [app.name for app in apps.get_app_configs() if app.name.startswith("civium.")]
    modules = [import_module(f"{room}.wall") for room in rooms if find_spec(f"{room}.wall")]
    return {
        table: condition for module in modules for table, condition in getattr(module, "WALL", {}).items()
    }


def find_gaps(database: BaseDatabaseWrapper) -> list[str]:
    """The tables that have no wall although they should; whose wall says something else; that let somebody through by another way."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, min(obj_description(p.oid, 'pg_policy'))"
            " FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relrowsecurity AND c.relforcerowsecurity"
            " GROUP BY c.relname HAVING array_agg(p.polname::text) = ARRAY[%s]"
            " AND bool_and(p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}')",
            [POLICY],
        )
        standing = dict(cursor.fetchall())
    return sorted(
        table for table, condition in find_wall().items() if standing.get(table) != _mark(condition)
    )


def role_that_walks_through(database: BaseDatabaseWrapper) -> str:
    """The role as which the site connects, when it is one that no wall stops; empty when it is not."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        )
        return "".join(name for (name,) in cursor.fetchall())


def behind_the_wall(person: Person, do: Callable[[], Result]) -> Result:
    """Do it where the database shows nothing of agencies for which the person does not work. One statement, and one transaction.

    What was done before a refusal stays done, as it would without the wall: each action has its own part of the transaction.
    """
    if connection.vendor != "postgresql" or person.works_for_whole_town:
        return do()
    names = ",".join(sorted(person.agency_names)) or NO_AGENCY
    is_within = connection.in_atomic_block
    refused: Exception
    with transaction.atomic(), _named(names):
        _tell(names)
        try:
            done = do()
        except DatabaseError:
            raise  # nothing of this transaction can stay
        except Exception as problem:
            refused = problem
        else:
            if is_within:
                _tell("")
            return done
        if is_within:
            _tell("")
    raise refused


@contextmanager
def beyond_the_wall() -> Iterator[None]:
    """For what an agency is there to do for the whole town, such as saying what an erasure will erase. Without a wall, nothing."""
    names = _behind.get()
    if not names:
        yield
        return
    with _named(""):
        _tell("")
        try:
            yield
        except DatabaseError:
            raise  # the transaction is over, and the wall's setting with it
        except BaseException:
            _tell(names)
            raise
        _tell(names)


@contextmanager
def _named(names: str) -> Iterator[None]:
    before = _behind.set(names)
    try:
        yield
    finally:
        _behind.reset(before)


def _tell(names: str) -> None:
    """Until the transaction ends: whoever gets the connection next, by a pool or in the next request, starts without."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, names])
