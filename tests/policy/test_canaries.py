"""Every sealed column has a word of its own in the world: else walking it shows nothing of that column."""

from __future__ import annotations

from typing import Final

import pytest
from django.apps import apps

from civium.foundation.kit.field_classes import Kept
from civium.foundation.vault.queries import find_declared

from .things import CANARIES
from .world import World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("policy-0")]
WITHOUT_A_CANARY: Final = {
    "applications.Certificate.initials_sealed": "two letters, which the document and its public page show",
    "applications.WayBack.code_sealed": "no words; what opens something is listened for as an opener",
    "identity.Mandate.code_sealed": "no words; what opens something is listened for as an opener",
    "payments.DemoCheckout.lines_sealed": "what the service calls its fees",
    "payments.Payment.lines_sealed": "what the service calls its fees",
}
# Files lie elsewhere, and a program's name is its maker's to choose.
IN_NO_COLUMN: Final = {"inside a file", "program"}
# Before what is sealed of a detail stands its place.
PLACE: Final = 16


def lying_in(world: World, model: str, field: str) -> set[str]:
    """The canaries that are sealed in a column, whoever may open it."""
    rows = apps.get_model(model)._base_manager.exclude(**{field: None}).values_list(field, flat=True)
    words = [world.sealed.get(bytes(row)) or world.sealed.get(bytes(row)[PLACE:], b"") for row in rows]
    return {what for what, word in CANARIES.items() if any(word.encode() in each for each in words)}


def test_every_sealed_column_has_a_canary_or_a_reason_why_not(world: World) -> None:
    sealed = {f"{each.model}.{each.field}": each for each in find_declared() if each.is_a.kept == Kept.SEALED}
    planted = {name: lying_in(world, each.model, each.field) for name, each in sealed.items()}
    without = {name for name, words in planted.items() if not words}
    assert sorted(without - WITHOUT_A_CANARY.keys()) == [], (
        "plant it in things.py: call the action that writes it, with a word of CANARIES, and say in READERS who may read it "
        "(or say here, in WITHOUT_A_CANARY, why it has none)"
    )
    assert sorted(WITHOUT_A_CANARY.keys() - without) == [], "it has one now: take it out of WITHOUT_A_CANARY"
    assert CANARIES.keys() - set().union(*planted.values()) == IN_NO_COLUMN


def test_no_canary_hides_another() -> None:
    assert [
        (one, other)
        for one in CANARIES
        for other in CANARIES
        if one != other and CANARIES[one] in CANARIES[other]
    ] == []
