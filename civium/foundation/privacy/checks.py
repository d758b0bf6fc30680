"""Start-up checks: something sealed of which nobody says what it is, or why it is kept, stops the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from civium.foundation.kit.field_classes import Class, Kept
from civium.foundation.vault.queries import Declared, find_declared

from .queries import find_holdings
from .rules import columns_with_kinds


@register("civium")
def every_sealed_column_has_a_kind(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name each column that "Who looked at your data" could not name, and each name that is no column."""
    sealed = {_column(each): each for each in find_declared() if each.is_a.kept == Kept.SEALED}
    known = columns_with_kinds()
    return [*_without_kind(sealed, known), *_without_column(known - sealed.keys())]


def _without_kind(sealed: dict[str, Declared], known: set[str]) -> Iterator[Error]:
    for column, each in sealed.items():
        if column not in known:
            yield Error(
                f"{each.model}.{each.field} is sealed, and nobody says which kind of data it is",
                hint=f"in {_personal_data(each)} write into declare_kinds, with a kind of KINDS in "
                f'civium/foundation/privacy/rules.py:  "{column}": "...",  (where a key of the town seals it, and no person\'s, '
                "name it in declare_no_persons instead)",
                id="civium.E003",
            )


def _without_column(strange: set[str]) -> Iterator[Error]:
    for name in sorted(strange):
        if "." in name:  # what lies on the disk has a place of its own, without a table's name
            yield Error(
                f"a kind of data is declared for {name}, which is no sealed column",
                hint="take it out of declare_kinds or declare_no_persons in its room's personal_data.py",
                id="civium.E003",
            )


@register("civium")
def every_table_of_people_has_a_holding(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name each table with something personal that no holding covers: nobody would say why it is kept, nor erase it."""
    held = {table for holding in find_holdings() for table in holding.tables}
    return [*_without_holding(held), *_without_table(held)]


def _without_holding(held: set[str]) -> Iterator[Error]:
    fields: dict[str, list[Declared]] = {}
    for each in find_declared():
        # A digest cannot be turned back into anything.
        if each.is_a.of in (Class.PERSONAL, Class.SPECIAL) and each.is_a.kept != Kept.DIGEST:
            fields.setdefault(each.model, []).append(each)
    for model, personal in fields.items():
        if model not in held:
            yield Error(
                f"{model} is about people ({', '.join(each.field for each in personal)}) and in no Holding",
                hint=f'in {_personal_data(personal[0])} write "{model}" into the tables of the Holding that it belongs to, or of a '
                "new one: why it is kept and how long, what goes into people's copy (export), what erasure does beyond "
                "destroying the key (erase), and what goes by its age (ages)",
                id="civium.E004",
            )


def _without_table(held: set[str]) -> Iterator[Error]:
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    for table in sorted(held - known):
        yield Error(
            f"a Holding names {table}, which is no table",
            hint="take it out of its tables in the room's personal_data.py",
            id="civium.E004",
        )


def _column(declared: Declared) -> str:
    return f"{declared.model.lower()}:{declared.field}"


def _personal_data(declared: Declared) -> str:
    return declared.by.removesuffix(".columns").replace(".", "/") + "/personal_data.py"
