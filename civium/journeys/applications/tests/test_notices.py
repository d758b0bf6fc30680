"""What applicants are told: each moment of each service, in each language, with nothing left to fill in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from civium.engines.notices.models import Notice
from civium.engines.notices.queries import find_inbox
from civium.engines.notices.rules.filling import PLACEHOLDER
from civium.foundation.identity.models import Person
from civium.foundation.jobs.queries import find_failing_jobs
from civium.foundation.journal.queries import find_dead_reactions
from civium.journeys.applications.actions.tell_applicant import tell_applicant
from civium.journeys.catalogue.queries import get_offer
from tests.applying import QUESTION, REASON, apply_for, begin, case_of, examples_of, fill_in, move, send
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]

# The examples that together come to every moment, by service.
EVERY_MOMENT = {"dog-licence": (0, 1), "heating-allowance": (0, 2), "building-permit": (0, 1, 2)}
REMARK = "Not clear enough."
# Joiners keep what people typed from becoming a link; they are not seen.
UNSEEN = str.maketrans("", "", "\u2060\u2068\u2069")


def walk(person: Person, service: str, example: int, staff: dict[str, Person]) -> list[Notice]:
    """The example from its start to its end; what its applicant was told, the first first."""
    told = examples_of(service).root[example]
    at = dt.datetime.combine(told.today, dt.time(9), dt.UTC)
    case = apply_for(person, service, example, at=at)
    for step in told.walk:
        at += dt.timedelta(hours=3)
        said = {"question": QUESTION} if step.move == "ask" else {"reason": REASON}
        case = move(case, step.move, by=staff[step.by], at=at, **said)
    return [each for each in reversed(find_inbox(person, limit=100).notices) if each.about == case.subject]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("service", sorted(EVERY_MOMENT))
def test_every_moment_has_its_words(
    make_person: Callable[..., Person],
    make_staff: Callable[[str], dict[str, Person]],
    service: str,
    language: str,
) -> None:
    offer = get_offer(service)
    staff, told = make_staff(offer.document.agency), []
    for example in EVERY_MOMENT[service]:
        person = make_person(f"Lin{example}", language=language)
        told += walk(person, service, example, staff)
    assert {notice.kind for notice in told} == set(offer.document.notices.values())
    for notice in told:
        own = offer.words(language).notices[notice.kind]
        assert (notice.language, own.language) == (language, language)
        for words in (notice.subject, notice.body, notice.text, notice.html):
            assert not PLACEHOLDER.search(words), (notice.kind, words)
            assert "None" not in words
        seen = notice.text.translate(UNSEEN)
        for name, expected in _wanted(own.body, notice).items():
            assert expected in seen, (notice.kind, name)
    assert (find_failing_jobs(), find_dead_reactions()) == ([], [])


def _wanted(template: str, notice: Notice) -> dict[str, str]:
    """What the text must say, for the placeholders of which a test knows the value."""
    from civium.engines.cases.queries import get_case_of_subject

    case = get_case_of_subject(notice.about)
    assert case is not None
    known = {
        "name": notice.to.name,
        "reference": case.shown_reference,
        "question": QUESTION,
        "reason": REASON,
        "about": case.about,
    }
    used = set(PLACEHOLDER.findall(template))
    return {name: value for name, value in known.items() if name in used}


def test_every_service_and_every_example_is_walked() -> None:
    from tests.offer import DEMO_SERVICES

    assert set(EVERY_MOMENT) == set(DEMO_SERVICES)


@pytest.mark.parametrize(("language", "amount"), [("en", "€15.00"), ("es", "15,00 €"), ("ar", "15.00")])
def test_money_is_written_as_the_reader_writes_it(
    make_person: Callable[..., Person], language: str, amount: str
) -> None:
    person = make_person("Lin", language=language)
    apply_for(person)
    paid = next(each for each in find_inbox(person).notices if each.kind == "payment-received")
    assert amount in paid.subject.translate(UNSEEN)


def test_the_language_of_the_application_counts_not_that_of_the_profile(
    make_person: Callable[..., Person],
) -> None:
    person = make_person("Lin", language="es")
    application = begin(person, "heating-allowance")
    person.language = "ar"
    person.save()
    case = case_of(send(fill_in(application)))
    assert case.language == "es"


def test_a_moment_without_a_notice_tells_nothing(her_case: Any) -> None:
    assert tell_applicant(her_case, moment="checking", at=NOW, once="x") is None


def test_what_the_clerk_writes_cannot_become_a_link_or_markup(
    her_case: Any, boris: Person, amina: Person
) -> None:
    case = move(her_case, "accept", by=boris)
    move(case, "ask", by=boris, question="[pay here](https://evil.example/) <img src=x> ((name))")
    notice = next(each for each in find_inbox(amina).notices if each.kind == "question")
    assert "<img" not in notice.html
    assert 'href="https://evil.example' not in notice.html
    assert "((name))" in notice.text.translate(UNSEEN)
