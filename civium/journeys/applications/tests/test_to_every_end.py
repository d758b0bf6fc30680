"""Every service that we ship, lived to each of its ends: begun, sent, paid and decided, in Arabic, as its own examples say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from civium.engines.cases.models import Case
from civium.engines.cases.schema import Move
from civium.engines.notices.models import Notice
from civium.engines.notices.rules.filling import PLACEHOLDER
from civium.engines.registries.adapters.demo import RESIDENTS, Resident
from civium.engines.registries.adapters.demo_companies import COMPANIES, Company
from civium.foundation.files.actions.open_file import open_file
from civium.foundation.files.actions.seal_pdf import check_seal
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.models import Basis, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.queries import find_failing_jobs
from civium.foundation.journal.queries import find_dead_reactions
from civium.journeys.applications.actions.claim_power import claim_power
from civium.journeys.applications.actions.start_application import start_application
from civium.journeys.applications.models import Certificate
from civium.journeys.catalogue.examples import Walk, journey_of, walks_to_ends
from civium.journeys.catalogue.examples_schema import Example
from civium.journeys.catalogue.queries import Offer, get_offer
from tests.applying import QUESTION, REASON, case_of, examples_of, fill_in, move, pay, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seal")]

SERVICES = sorted(path.parent.name for path in Path(settings.CIVIUM_SERVICES).glob("*/service.yaml"))


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_lived_to_every_end(
    service: str,
    make_person: Callable[..., Person],
    make_staff: Callable[[str], dict[str, Person]],
    monkeypatch: pytest.MonkeyPatch,
    time_machine: Any,
) -> None:
    publish_ours(service)
    offer = get_offer(service)
    staff, applicant = make_staff(offer.document.agency), applicant_for(offer, make_person, monkeypatch)
    ways = cheapest_ways(offer)
    assert set(ways) == set(offer.document.steps.ends)
    for end, (example, walk) in ways.items():
        today = examples_of(service).root[example].today
        time_machine.move_to(at := dt.datetime.combine(today, dt.time(9), dt.UTC), tick=False)
        with taken_back():
            case = lived(offer, example, walk, applicant=applicant, staff=staff, at=at)
            assert (case.step, case.closed_at) == (end, at)
            is_told_in_arabic(case, offer)
            has_what_is_promised(case, offer)
            assert (find_failing_jobs(), find_dead_reactions()) == ([], [])


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens here has not happened afterwards: a register that heard of one way would refuse the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def cheapest_ways(offer: Offer) -> dict[str, tuple[int, Walk]]:
    """For each end the example and the moves that take least: few moves, no payment, few files."""
    found = [
        (len(walk.moves), example.fee not in (None, "none", "waived"), len(example.answers), number, walk)
        for number, example in enumerate(examples_of(offer.name).root)
        if is_whole(example, offer)
        for walk in walks_to_ends(offer, journey_of(example, offer).values)
    ]
    dearest_first = sorted(found, key=lambda way: way[:4], reverse=True)
    return {walk.end: (number, walk) for *_cost, number, walk in dearest_first}


def is_whole(example: Example, offer: Offer) -> bool:
    """Whether it can be sent here: no mistakes, no case that only the example knows, and nobody who is gone afterwards."""
    own_cases = {ready.name for _page, ready in offer.form.questions() if ready.question.type == "own-case"}
    is_erased = example.answers.get("wish") == "erase"
    return not example.wrong and not own_cases & set(example.answers) and not is_erased


def applicant_for(
    offer: Offer, make_person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> Person:
    """Somebody who proved who they are; for what only organisations apply for, the one that they act for."""
    lin = make_person("Lin", language="ar")
    verify_person(lin, name=lin.name, how="test", by=lin, at=NOW)
    if offer.document.applicants != {"organisation"}:
        return lin
    monkeypatch.setitem(RESIDENTS, lin.email, Resident("Lin", dt.date(1979, 11, 3), {}, ""))
    monkeypatch.setitem(COMPANIES, "PLC-20417", Company("Lantern Street Bakery", frozenset({lin.email})))
    typed = {"name": "Lantern Street Bakery", "number": "PLC-20417"}
    return claim_power(lin, basis=Basis.OFFICER, typed=typed, by=lin, at=NOW).giver


def lived(
    offer: Offer, example: int, walk: Walk, *, applicant: Person, staff: dict[str, Person], at: dt.datetime
) -> Case:
    """Begun, answered, sent, paid where it costs something, and moved as the document says."""
    begun = start_application(offer, by=applicant, language="ar", at=at)
    sent = send(fill_in(begun, example, at=at), at=at)
    if sent.state == "to-pay":
        pay(sent, at=at)
    run_waiting_jobs()
    case = case_of(sent)
    for each in walk.moves:
        if not each.is_by_payment:
            case = move(case, each.name, by=staff[each.roles[0]], at=at, **_said(each))
    return case


def _said(each: Move) -> dict[str, str]:
    return ({"reason": REASON} if each.needs else {}) | (
        {"question": QUESTION} if each.asks_applicant else {}
    )


def is_told_in_arabic(case: Case, offer: Offer) -> None:
    """The end, and all that came before it, was told in the designer's Arabic, with nothing left to fill in."""
    told = list(Notice.objects.filter(about=case.subject, to=case.applicant))
    assert offer.document.notices[case.step] in {notice.kind for notice in told}
    for notice in told:
        own = offer.words("ar").notices[notice.kind]
        assert (notice.language, own.language) == ("ar", "ar"), notice.kind
        for words in (notice.subject, notice.body, notice.text, notice.html):
            assert words.strip(), notice.kind
            assert not PLACEHOLDER.search(words), (notice.kind, words)
            assert "None" not in words, (notice.kind, words)


def has_what_is_promised(case: Case, offer: Offer) -> None:
    """The document of this end is there, a sealed PDF; no other one is."""
    promised = offer.document.outputs.get(case.step)
    issued = Certificate.objects.filter(application=case.subject.removeprefix("application:"))
    assert [each.document for each in issued] == ([promised.document] if promised else [])
    for certificate in issued:
        pdf = open_file(certificate.file)
        assert pdf.startswith(b"%PDF-")
        assert check_seal(pdf).is_good
