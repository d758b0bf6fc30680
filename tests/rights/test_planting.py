"""Every sealed column has a planted fact: else the tests of taking along and of erasing prove nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.apps import apps

from civium.foundation.identity.models import Person
from civium.foundation.kit.field_classes import Kept
from civium.foundation.vault.queries import find_declared
from tests.rights.facts import plant

WITHOUT_A_FACT = {
    "applications.Certificate.initials_sealed": "letters that the document already shows",
    "applications.Certificate.withdrawal_sealed": "a document that is withdrawn; under the key of its application",
    "applications.WayBack.code_sealed": "a guest's, or a link sent to oneself; no words",
    "cases.Decision.set_aside_sealed": "a case that is reopened; under the key of its application",
    "cases.Question.reasons_sealed": "a case with corrections; under the key of its application",
    "emergencies.Emergency.reason_sealed": "a case in an emergency; under the key of its application",
    "emergencies.Emergency.review_sealed": "a case in an emergency; under the key of its application",
    "identity.Person.contact_sealed": "a guest's",
    "identity.RegisteredParty.asked_with_sealed": "a child's or a company's, from a register",
    "payments.FinanceNote.words_sealed": "a payment that needed a look; under the key of its application",
    "payments.ProviderCall.note_sealed": "a call that did not fit; under the key of its application",
}


def test_every_sealed_column_has_a_planted_fact_or_a_reason_why_not(
    demo_services: dict[str, int], amina: Person, make_person: Callable[..., Person], seal: Path
) -> None:
    plant(amina, clerk=make_person("Clerk", role="clerk"), officer=make_person("Officer", role="officer"))
    sealed = [each for each in find_declared() if each.is_a.kept == Kept.SEALED]
    filled = {
        f"{each.model}.{each.field}"
        for each in sealed
        if apps.get_model(each.model)._base_manager.exclude(**{each.field: None}).exists()
    }
    missing = sorted({f"{each.model}.{each.field}" for each in sealed} - filled - WITHOUT_A_FACT.keys())
    assert missing == [], (
        'plant it in tests/rights/facts.py: call the action that writes it, with fact("AName") as the words; what is not '
        "the person's to take along is named in NOT_IN_THE_COPY there (or say here, in WITHOUT_A_FACT, why it has none)"
    )
    assert sorted(WITHOUT_A_FACT.keys() & filled) == [], "it has a fact now: take it out of WITHOUT_A_FACT"
