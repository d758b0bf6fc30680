"""A paid fine closes by itself: nobody at the desk has to press a button, and a contested one is theirs as ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from civium.engines.cases.actions.move_case import MoveNotOffered, NotYourMove
from civium.engines.cases.models import Case, Decision
from civium.engines.cases.queries import find_queue
from civium.engines.notices.models import Notice
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.journeys.applications.queries import get_case_file
from tests.applying import apply_for, begin, fill_in, kinds_about, move, pay, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine", "fines")]
PAYS, CONTESTS = 0, 3


@pytest.fixture
def fines(db: None) -> int:
    """Parking fines: paid, or contested."""
    return publish_ours("parking-fine")["parking-fine"]


@pytest.fixture
def rosa(make_person: Callable[..., Person]) -> Person:
    """A clerk of the agency that looks after parking."""
    return make_person("Rosa", role="clerk", agency="mobility")


def test_a_paid_fine_closes_by_itself(amina: Person, rosa: Person) -> None:
    case = apply_for(amina, "parking-fine", PAYS)
    assert (case.step, case.outcome, case.closed_at, case.assigned_to) == (
        "paid-in-full",
        "paid-in-full",
        NOW,
        None,
    )
    assert Decision.objects.get(case=case).decided_by is None
    assert kinds_about(case.stream) == ["CaseOpened", "CaseDecided"]
    assert sorted(notice.kind for notice in Notice.objects.filter(to=amina)) == [
        "fine-settled",
        "payment-received",
        "receipt",
    ]
    assert find_queue(rosa, which="team", at=NOW).cases == []


def test_both_sides_read_that_nobody_decided(amina: Person, rosa: Person) -> None:
    case, hers, desk = apply_for(amina, "parking-fine", PAYS), Client(), Client()
    hers.force_login(amina)
    desk.force_login(rosa)
    assert "Paid" in hers.get(f"/en/my/cases/{case.reference}/").content.decode()
    assert (
        "it closed by itself when it was paid"
        in desk.get(f"/en/desk/cases/{case.reference}/").content.decode()
    )
    file = get_case_file(case, language="en", for_=amina)
    assert "A member of staff" not in {line.by for line in file.story}


def test_before_the_money_comes_nothing_closes(amina: Person) -> None:
    application = send(fill_in(begin(amina, "parking-fine"), PAYS))
    assert application.state == "to-pay"
    assert not Case.objects.exists()
    pay(application)
    run_waiting_jobs()
    assert Case.objects.get().closed_at == NOW


def test_a_contested_fine_goes_to_the_desk(amina: Person, rosa: Person) -> None:
    case = apply_for(amina, "parking-fine", CONTESTS)
    assert (case.step, case.closed_at) == ("received", None)
    with pytest.raises(MoveNotOffered):
        move(case, "settle", by=rosa)
    assert move(case, "take-up", by=rosa).step == "review"


def test_nobody_makes_the_move_of_a_payment(amina: Person, rosa: Person) -> None:
    """A fine that was handed in unpaid, as it could be by hand, stays where it is."""
    case = apply_for(amina, "parking-fine", PAYS)
    Decision.objects.all().delete()
    Case.objects.update(step="received", closed_at=None, outcome="", status="received")
    case.refresh_from_db()
    with pytest.raises(NotYourMove):
        move(case, "settle", by=rosa)
