"""Every column of every table has a class, and what is personal is not in the clear."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, PERSONAL_INDEX, SIGN_IN_ADDRESS, Kept
from civium.foundation.vault.checks import every_field_has_a_class
from civium.foundation.vault.field_classes import Declared, find_declared, find_lacking, own_fields


def test_every_field_of_every_table_has_a_class() -> None:
    assert [f"{each.what}: {each.to_do}" for each in find_lacking()] == []
    declared = {(each.model, each.field) for each in find_declared()}
    tables = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    assert len(tables) > 40
    assert declared == {(model._meta.label, field.name) for model in tables for field in own_fields(model)}


def test_a_field_without_a_class_stops_the_start_and_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = import_module("civium.foundation.identity.columns")
    short = {name: dict(classes) for name, classes in columns.COLUMNS.items()}
    short["identity.Person"][INTERNAL] = short["identity.Person"][INTERNAL].replace(" language ", " ")
    del short["identity.Person"][PERSONAL]
    monkeypatch.setattr(columns, "COLUMNS", short)
    (problem,) = every_field_has_a_class(None)
    assert "name_sealed" in problem.msg
    assert "civium/foundation/identity/columns.py" in str(problem.hint)
    assert '"identity.Person": {INTERNAL: "language", PERSONAL: "name_sealed contact_sealed"}' in str(
        problem.hint
    )


def _with(model: str, field: str, is_a: object) -> list[Declared]:
    others = [each for each in find_declared() if (each.model, each.field) != (model, field)]
    return [*others, Declared(model, field, is_a, "civium.engines.cases.columns")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "field", "is_a", "said"),
    [
        ("cases.Case", "outcome", PERSONAL, "personal and in the clear"),
        ("cases.Case", "outcome", PERSONAL_INDEX, "personal and in the clear"),
        ("cases.Message", "words_sealed", INTERNAL, "sealed but declared internal"),
        ("cases.Case", "gone", INTERNAL, "which is no field"),
        ("cases.Nothing", "id", INTERNAL, "which is no field"),
    ],
)
def test_a_class_that_does_not_fit_is_named(model: str, field: str, is_a: object, said: str) -> None:
    (lacking,) = find_lacking(_with(model, field, is_a))
    assert said in lacking.what
    assert lacking.to_do


def test_a_field_declared_twice_is_named() -> None:
    (lacking,) = find_lacking([*find_declared(), find_declared()[0]])
    assert "2 times" in lacking.what


def test_the_sign_in_address_is_the_one_exception() -> None:
    in_clear = {f"{each.model}.{each.field}" for each in find_declared() if each.is_a.kept == Kept.SIGN_IN}
    assert in_clear == {"identity.Person.email", "account.EmailAddress.email"}
    assert SIGN_IN_ADDRESS.of == "personal"


def test_libraries_are_declared_by_the_room_that_uses_them() -> None:
    by = {each.by.removesuffix(".columns") for each in find_declared()}
    assert by <= set(settings.ROOMS)
