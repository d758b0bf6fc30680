"""Retention: what the service document says is done on its day, not before, and is on the record."""

from __future__ import annotations

import datetime as dt

from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application
from civium.journeys.rights.actions.carry_out_retention import carry_out_retention
from civium.journeys.rights.keeping import find_over
from tests.applying import apply_for, kinds_about, move
from tests.cast import NOW


def test_a_refused_dog_licence_goes_after_a_year_and_not_before(
    demo_services: dict[str, int], amina: Person, boris: Person, omar: Person
) -> None:
    case = apply_for(amina)
    case = move(case, "accept", by=boris)
    case = move(case, "refuse", by=omar, reason="The chip number is another dog's.")
    assert find_over(at=NOW + dt.timedelta(days=364)) == []
    later = NOW + dt.timedelta(days=368)
    (over,) = find_over(at=later)
    assert (over.owner, over.service, over.because) == (case.subject, "dog-licence", "keep")
    assert carry_out_retention(at=later) == {"dog-licence": 1}
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "dropped"
    assert "DataErased" in kinds_about(case.subject)
    assert find_over(at=later) == []


def test_an_open_case_is_never_over(demo_services: dict[str, int], amina: Person) -> None:
    apply_for(amina)
    assert find_over(at=NOW + dt.timedelta(days=10_000)) == []
