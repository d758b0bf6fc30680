"""Reads what the rooms declare of their fields, and says what is missing or does not fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import BinaryField, Field, Model

from civium.foundation.kit.field_classes import Class, FieldClass, Kept

# Tables of libraries are declared by the room that uses the library; a new library's, where it belongs best.
_USED_BY: Final = {"django_tasks_database": "civium.foundation.jobs"}
_OF_LIBRARIES: Final = "civium.foundation.identity"
_BY_NAME: Final = {Kept.SEALED: "_sealed", Kept.INDEX: "_index"}


class Declared(NamedTuple):
    """A field as a room declares it."""

    model: str
    field: str
    is_a: FieldClass
    by: str


class Lacking(NamedTuple):
    """What is wrong with the declarations, and what to write."""

    what: str
    to_do: str


def find_declared() -> list[Declared]:
    """What every room declares, in the order of the rooms and of their files."""
    return [
        Declared(model, field, is_a, f"{room}.columns")
        for room in settings.ROOMS
        if find_spec(f"{room}.columns")
        for model, classes in import_module(f"{room}.columns").COLUMNS.items()
        for is_a, names in classes.items()
        for field in names.split()
    ]


def find_lacking(declared: list[Declared] | None = None) -> Iterator[Lacking]:
    """Everything that keeps the site from starting: fields without a class, classes without a field, people in the clear."""
    declared = find_declared() if declared is None else declared
    by_field: dict[tuple[str, str], list[Declared]] = defaultdict(list)
    for each in declared:
        by_field[each.model, each.field].append(each)
    models = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    for label, model in models.items():
        missing = [field for field in own_fields(model) if (label, field.name) not in by_field]
        if missing:
            yield _undeclared(label, model, missing)
        for field in own_fields(model):
            yield from _unfit(field, by_field.get((label, field.name), []))
    for (label, name), (first, *_) in by_field.items():
        if label not in models or name not in {field.name for field in own_fields(models[label])}:
            yield Lacking(
                f"{first.by} declares {label}.{name}, which is no field",
                f"take it out of COLUMNS in {_file(first.by)}",
            )


def own_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns of the model's own table: none for a proxy, which has another's."""
    return [] if model._meta.proxy else list(model._meta.local_concrete_fields)


def _undeclared(label: str, model: type[Model], missing: list[Field[Any, Any]]) -> Lacking:
    suggested: Mapping[str, list[str]] = {
        kind: [field.name for field in missing if _likely(field) == kind]
        for kind in ("INTERNAL", "PERSONAL", "PERSONAL_INDEX")
    }
    lines = ", ".join(f'{kind}: "{" ".join(names)}"' for kind, names in suggested.items() if names)
    return Lacking(
        f"{label} has fields without a class: {', '.join(field.name for field in missing)}",
        f'in {_file(_declaring(model) + ".columns")} write into COLUMNS, and think about each:  "{label}": {{{lines}}},  '
        "(the classes and what they mean: civium/foundation/kit/field_classes.py)",
    )


def _likely(field: Field[Any, Any]) -> str:
    if isinstance(field, BinaryField) and f"_{field.name}".endswith("_sealed"):
        return "PERSONAL"
    return "PERSONAL_INDEX" if field.name.endswith("_index") else "INTERNAL"


def _declaring(model: type[Model]) -> str:
    """The room that declares the model: its own, or the one that uses the library."""
    name = model._meta.app_config.name if model._meta.app_config else ""
    return name if name in settings.ROOMS else _USED_BY.get(model._meta.app_label, _OF_LIBRARIES)


def _unfit(field: Field[Any, Any], declared: list[Declared]) -> Iterator[Lacking]:
    label = f"{field.model._meta.label}.{field.name}"
    if len(declared) > 1:
        yield Lacking(f"{label} is declared {len(declared)} times", "keep one of them")
    for each in declared:
        of, kept = each.is_a
        ending = _BY_NAME.get(kept, "")
        is_sealed = isinstance(field, BinaryField) or kept != Kept.SEALED
        if not (f"_{field.name}".endswith(ending) and is_sealed):
            yield Lacking(
                f"{label} is {of} and in the clear",
                f"seal it in a BinaryField called {field.name}_sealed (vault.actions.sealing), or find it by a blind index in "
                f"{field.name}_index (vault.actions.indexing)",
            )
        if of not in (Class.PERSONAL, Class.SPECIAL) and f"_{field.name}".endswith("_sealed"):
            yield Lacking(f"{label} is sealed but declared {of}", "declare it PERSONAL or SPECIAL")


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"
