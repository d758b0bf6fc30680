"""What lies still is used by nobody: not read, not moved, not written about; and its owner ends that by a button."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civium.doors.api.actions.make_token import make_token
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.actions.restrict_use import end_restriction, lock_away, restrict_use
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.queries import LiesStill, find_asked_to_lie, find_restrictions
from civium.foundation.vault.actions.watching import forget_keys
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.models import Application
from civium.journeys.rights.actions.carry_out import carry_out_case
from tests.applying import apply_for, move
from tests.cast import NOW
from tests.offer import publish_ours

LATER = NOW + dt.timedelta(days=2)


@pytest.fixture
def still(demo_services: dict[str, int], amina: Person, make_person: object) -> Case:
    """Amina's case, after the data-protection officer agreed that everything lies still."""
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")  # type: ignore[operator]
    case = apply_for(amina)
    asked = apply_for(amina, "data-request", 4)
    carried = move(asked, "carry-out", by=petra, at=LATER)
    carry_out_case(carried, at=LATER)
    return Case.objects.get(pk=case.pk)


def words(answer: Any) -> str:
    """What the main part of the page says."""
    page = BeautifulSoup(answer.content, "html.parser").select_one("main")
    assert page is not None
    return " ".join(page.get_text(" ").split())


def ends_at(owner: str) -> str:
    """Where the owner's data is let be used again."""
    (standing,) = find_restrictions([owner])
    return f"/en/my/data/restrictions/{standing.pk}/end/"


def test_staff_can_neither_read_it_nor_work_on_it(still: Case, boris: Person, client: Client) -> None:
    client.force_login(boris)
    answer = client.get(f"/en/desk/cases/{still.reference}/")
    assert answer.status_code == 403
    assert "Luna" not in answer.content.decode()
    with pytest.raises(LiesStill):
        move_the_case(still, move="accept", revision=still.revision, by=boris, at=LATER)
    with pytest.raises(LiesStill):
        send_case_message(still, words="Good day.", by=boris, at=LATER)
    with pytest.raises(LiesStill):
        write_note(still, words="Look at this.", by=boris, at=LATER)
    with pytest.raises(LiesStill):
        claim_case(still, by=boris, at=LATER)


def test_its_owner_reads_it_and_ends_it(still: Case, amina: Person, boris: Person, client: Client) -> None:
    client.force_login(amina)
    assert "Luna" in client.get(f"/en/my/cases/{still.reference}/").content.decode()
    place = ends_at(amina.vault_key)
    page = words(client.get("/en/my/data/"))
    assert "Nobody works with your data until you end that" in page
    assert f'href="{place}"' in client.get("/en/my/data/").content.decode()
    assert "offices may read your data and work with it again" in words(client.get(place))
    with pytest.raises(LiesStill):
        move_the_case(still, move="accept", revision=still.revision, by=boris, at=LATER)
    page = words(client.post(place, follow=True))
    assert "The town may use your data again" in page
    assert "Let the town use it again" not in page
    assert "Nobody works with your data until you end that" not in page
    assert "We stopped using it for a while. That has ended." in page
    still = Case.objects.get(pk=still.pk)
    move_the_case(still, move="accept", revision=still.revision, by=boris, at=LATER)


def test_nobody_else_can_end_it(still: Case, amina: Person, ben: Person, client: Client) -> None:
    client.force_login(ben)
    place = ends_at(amina.vault_key)
    assert client.get(place).status_code == 404
    assert client.post(place).status_code == 404


def test_what_the_law_keeps_is_ended_by_nobody(still: Case, amina: Person, client: Client) -> None:
    lock_away(still.subject, until=LATER.date(), by=None, at=LATER)
    client.force_login(amina)
    assert client.post(ends_at(still.subject)).status_code == 404


def test_one_case_is_ended_by_itself(
    demo_services: dict[str, int], amina: Person, make_person: Any, client: Client
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")
    case, other = apply_for(amina), apply_for(amina)
    for each in (case, other):
        wish = {"restrict_what": "one-case", "restrict_case": each.reference}
        asked = apply_for(amina, "data-request", 4, **wish)
        carry_out_case(move(asked, "carry-out", by=petra, at=LATER), at=LATER)
    client.force_login(amina)
    assert words(client.get("/en/my/data/")).count("Nobody works with your case until you end that") == 2
    page = words(client.post(ends_at(case.subject), follow=True))
    assert "The town may use this case again" in page
    assert page.count("Nobody works with your case until you end that") == 1
    assert page.count("That has ended") == 1


def test_whoever_decides_it_reads_which_case_is_meant_and_afterwards_what_was_done(
    demo_services: dict[str, int], amina: Person, make_person: Any, client: Client
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")
    case = apply_for(amina)
    wish = {"restrict_what": "one-case", "restrict_case": case.reference}
    asked = apply_for(amina, "data-request", 4, **wish)
    place, meant = f"/en/desk/cases/{asked.reference}/", f"Dog licence {case.shown_reference}"
    client.force_login(petra)
    assert meant in words(client.get(place))
    assert meant in words(client.get(f"{place}moves/carry-out/"))
    assert "What was done" not in words(client.get(place))
    carried = move(asked, "carry-out", by=petra, at=LATER)
    assert "We are carrying this out" in words(client.get(place))
    carry_out_case(carried, at=LATER)
    page = words(client.get(place))
    assert meant in page
    assert "What was done Nobody works with that case, until they end that themselves." in page
    end_restriction(case.subject, by=amina, at=LATER)
    assert "The applicant has ended that" in words(client.get(place))


def test_until_it_is_carried_out_nobody_is_told_that_it_is_done(
    demo_services: dict[str, int], amina: Person, make_person: Any, client: Client
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")
    asked = apply_for(amina, "data-request", 4)
    client.force_login(amina)
    pages = (f"/en/my/cases/{asked.reference}/", "/en/my/data/")
    said = "We are carrying this out. It takes a minute or two."
    for page in pages:
        assert said not in words(client.get(page))
    carried = move(asked, "carry-out", by=petra, at=LATER)
    for page in pages:
        assert said in words(client.get(page))
    carry_out_case(carried, at=LATER)
    for page in pages:
        assert said not in words(client.get(page))


def test_my_data_names_each_case_that_is_not_used_and_leads_to_it(
    still: Case, amina: Person, client: Client
) -> None:
    client.force_login(amina)
    page = BeautifulSoup(client.get("/en/my/data/").content, "html.parser")
    (link,) = page.select(f'section:has(#still) a[href="/en/my/cases/{still.reference}/"]')
    assert link.get_text() == "Dog licence"
    assert "What we do not use for now" in page.get_text()


def test_a_reference_that_is_not_theirs_restricts_nothing(
    demo_services: dict[str, int], amina: Person, ben: Person, make_person: Any, client: Client
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")
    apply_for(amina)
    wish = {"restrict_what": "one-case", "restrict_case": apply_for(ben).reference}
    asked = apply_for(amina, "data-request", 4, **wish)
    client.force_login(petra)
    assert "has no case with this reference" in words(
        client.get(f"/en/desk/cases/{asked.reference}/moves/carry-out/")
    )
    carry_out_case(move(asked, "carry-out", by=petra, at=LATER), at=LATER)
    assert not find_asked_to_lie([amina.vault_key, asked.subject])
    client.force_login(amina)
    assert "You have no case with this reference" in words(client.get("/en/my/data/"))


def test_the_page_of_the_case_says_so_and_promises_nothing(
    still: Case, amina: Person, client: Client
) -> None:
    client.force_login(amina)
    place = f"/en/my/cases/{still.reference}/"
    page = client.get(place)
    assert "Nobody works with this case" in words(page)
    assert 'href="/en/my/data/#still"' in page.content.decode()
    assert "Decision by" not in words(page)
    card = BeautifulSoup(client.get("/en/my/").content, "html.parser").select_one(
        f'article.case:has(a[href="{place}"])'
    )
    assert card is not None
    assert "Nobody works with this case" in card.get_text()
    assert "Decision by" not in card.get_text()
    client.post(ends_at(amina.vault_key))
    page = client.get(place)
    assert "Nobody works with this case" not in words(page)
    assert "Decision by" in words(page)


def test_lists_say_that_it_must_not_be_used_and_show_nothing_of_it(
    still: Case, boris: Person, ben: Person, client: Client
) -> None:
    usual = apply_for(ben, dog_name="Pepper")
    client.force_login(boris)
    page = client.get("/en/desk/?which=team").content.decode()
    assert still.shown_reference in page
    assert page.count("Lies still: may not be used") == 1
    assert "Luna" not in page
    assert "Pepper" in page
    assert usual.shown_reference in page


def test_in_a_list_no_day_counts_for_it_and_nobody_can_tick_it(
    still: Case, boris: Person, ben: Person, client: Client
) -> None:
    usual = apply_for(ben)
    client.force_login(boris)
    page = BeautifulSoup(client.get("/en/desk/?which=team").content, "html.parser")
    lines = {line.select_one(".reference").get_text(): line for line in page.select("tr[data-row]")}  # type: ignore[union-attr]
    lying, running = lines[still.shown_reference], lines[usual.shown_reference]
    assert lying.select_one("[data-label=Due]").get_text() == "—"  # type: ignore[union-attr]
    for found in (".due", ".tick"):
        assert not lying.select(found)
        assert running.select(found)


def test_programs_see_that_it_lies_still_and_nothing_of_it(
    still: Case, boris: Person, client: Client
) -> None:
    _token, secret = make_token(
        name="Desk", scopes=["cases:read"], lasts=dt.timedelta(days=1), by=boris, at=timezone.now()
    )
    as_program = {"Authorization": f"Bearer {secret}"}
    listed = client.get("/api/v1/cases?queue=team", headers=as_program).json()
    (found,) = [each for each in listed["cases"] if each["reference"] == still.reference]
    assert (found["about"], found["lies_still"]) == ("", True)
    assert (found["due_on"], found["expected_on"]) == (None, None)
    assert client.get(f"/api/v1/cases/{still.reference}", headers=as_program).status_code == 403


@pytest.mark.parametrize(
    ("purpose", "opens"),
    [
        ("work-on-case", False),
        ("find-case", False),
        ("hand-out-work", False),
        ("keep-running", False),
        ("kept-by-law", False),
        ("break-glass", True),
        ("answer-your-request", True),
        ("help-at-counter", True),
        ("act-for-you", True),
    ],
)
def test_where_data_is_opened_only_what_remains_lawful_opens_it(
    still: Case, boris: Person, purpose: str, opens: bool
) -> None:
    with readings(at=LATER):
        declare_reading(of=still.applicant_id, subject=still.subject, purpose=purpose, by=boris)
        number = still.subject.partition(":")[2]
        draft = Application.objects.select_related("draft").get(pk=number).draft
        if opens:
            assert open_answers(draft)["dog_name"] == "Luna"
        else:
            with pytest.raises(LiesStill):
                open_answers(draft)
    read = [e for e in find_entries([still.subject]) if isinstance(e.event, DataRead) and e.by_id == boris.pk]
    assert bool(read) is opens, "what was refused is no reading"


def test_a_name_is_read_for_what_is_asked_for_afterwards_and_for_nothing_else(
    still: Case, amina: Person, boris: Person
) -> None:
    later = apply_for(amina, "heating-allowance", at=LATER)
    for subject, opens in ((later.subject, True), (still.subject, False), ("", False)):
        again = Person.objects.get(pk=amina.pk)
        with readings(at=LATER):
            declare_reading(of=amina.pk, subject=subject, purpose="work-on-case", by=boris)
            if opens:
                assert again.name == "Amina"
            else:
                with pytest.raises(LiesStill):
                    assert again.name


def test_it_costs_no_reads_and_holds_at_once_and_ends_at_once(
    demo_services: dict[str, int], amina: Person, boris: Person
) -> None:
    case = apply_for(amina)
    for restricted in (False, True, False):
        if restricted:
            restrict_use(case.subject, because=Why.WRONG, by=amina, at=LATER)
        else:
            end_restriction(case.subject, by=amina, at=LATER)
        forget_keys()
        with readings(at=LATER) as watch, CaptureQueriesContext(connection) as asked:
            declare_reading(of=case.applicant_id, subject=case.subject, purpose="find-case", by=boris)
            assert bool(case.about) is not restricted
            assert case.lies_still is restricted
            watch.read.clear()
        assert len(asked) == 1, "the key, and with it whether it lies still"
