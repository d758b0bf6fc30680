"""Who looked: people see each reading of their data by others, in plain words, and can ask about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import pseudonym
from civium.foundation.privacy.rules import reader_words
from civium.foundation.vault.key_ring import forget_keys
from civium.journeys.rights import looking
from civium.journeys.rights.actions.question_reading import AskedAlready, QuestionMissing, question_reading
from tests.applying import apply_for
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal", "at_nine")]
PAGE = "/en/my/data/who-looked/"


def look(of: Person, by: Person, *, minutes: int = 0, kinds: str = "answers", **more: str) -> None:
    with readings(at=NOW + timedelta(minutes=minutes)):
        note_reading(
            **{  # type: ignore[arg-type]
                "of": of.pk,
                "kinds": {kinds},
                "purpose": "work-on-case",
                "by": by,
                "agency": "animal-welfare",
                "role": "clerk",
                **more,
            }
        )


def page_of(person: Person, query: str = "") -> BeautifulSoup:
    client = Client()
    client.force_login(person)
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def lines(page: BeautifulSoup) -> list[str]:
    return [" ".join(card.get_text(" ", strip=True).split()) for card in page.select("main article.card")]


def last_reading(person: Person) -> int:
    return max(e.pk for e in find_entries([person.vault_key]) if isinstance(e.event, DataRead))


def test_a_case_that_was_opened_at_the_desk_is_told_in_plain_words(amina: Person, boris: Person) -> None:
    case = apply_for(amina)
    desk = Client()
    desk.force_login(boris)
    assert desk.get(f"/en/desk/cases/{case.reference}/").status_code == 200
    (line,) = lines(page_of(amina, "?who=people"))
    for said in (
        "Clerk",
        "Animal Welfare",
        "To work on your case",
        "town’s task",
        "Answers to a form",
        "Name",
    ):
        assert said in line
    assert case.shown_reference in line
    assert "Boris" not in line


def test_the_history_of_the_case_names_its_readers_in_the_same_words(amina: Person, boris: Person) -> None:
    case = apply_for(amina)
    desk, hers = Client(), Client()
    desk.force_login(boris)
    hers.force_login(amina)
    assert desk.get(f"/en/desk/cases/{case.reference}/").status_code == 200
    page = BeautifulSoup(hers.get(reverse("portal:case", args=[case.reference])).content, "html.parser")
    story = " ".join(page.select_one("#story").find_parent("section").get_text(" ").split())  # type: ignore[union-attr]
    assert f"Clerk {pseudonym(boris.pk)} · Animal Welfare" in story
    assert "Boris" not in story


def test_who_acts_or_acted_by_a_mandate_is_named_to_either_side(amina: Person, ben: Person) -> None:
    look(amina, ben, role="", agency="")
    look(ben, amina, role="", agency="")
    for person in (amina, ben):
        assert "Somebody whom you know" in lines(page_of(person))[0]
    invited = invite_to_act(
        amina,
        email=ben.email,
        powers=["view"],
        service="",
        until=NOW.date() + timedelta(days=30),
        by=amina,
        at=NOW,
    )
    mandate = accept_mandate(invited.code, by=ben, at=NOW)
    assert ben.name in lines(page_of(amina))[-1]
    assert amina.name in lines(page_of(ben))[-1]
    end_mandate(mandate, by=amina, at=NOW)
    assert ben.name in lines(page_of(amina))[-1]


def test_of_an_erased_case_no_line_leads_to_its_page(amina: Person, boris: Person) -> None:
    case = apply_for(amina)
    look(amina, boris, subject=case.subject)
    page = reverse("portal:case", args=[case.reference])
    assert page in str(page_of(amina))
    erase_owner(case.subject, because="request", by=None, at=NOW)
    forget_keys()
    said = page_of(amina)
    assert page not in str(said)
    assert f"{case.shown_reference} · Erased" in said.get_text()


def test_the_same_member_of_staff_always_has_the_same_letters(
    amina: Person, boris: Person, omar: Person
) -> None:
    look(amina, boris, role="clerk", agency="animal-welfare")
    look(amina, boris, role="officer", agency="planning")
    look(amina, omar, role="clerk", agency="animal-welfare")
    said = " ".join(lines(page_of(amina)))
    assert f"Clerk {pseudonym(boris.pk)} · Animal Welfare" in said
    assert f"Officer {pseudonym(boris.pk)} · Planning" in said
    assert pseudonym(omar.pk) in said
    assert pseudonym(omar.pk) != pseudonym(boris.pk)


def test_an_office_that_is_called_like_the_role_is_said_once() -> None:
    said = reader_words("data-protection-officer", "ABCD", agency="data-protection")
    assert said == "Data-protection officer ABCD"
    assert reader_words("clerk", "ABCD", agency="data-protection").startswith("Clerk ABCD · ")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?from=2026-03-31&to=2026-03-01", "The last day is before the first."),
        ("?from=yesterday", "Enter a day like 2026-03-31"),
        ("?to=2026-02-31", "Enter a day like 2026-03-31"),
    ],
)
def test_days_that_cannot_be_are_an_error_and_not_an_empty_list(
    amina: Person, boris: Person, query: str, said: str
) -> None:
    look(amina, boris)
    client = Client()
    client.force_login(amina)
    answer = client.get(PAGE + query)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Nobody read your data" not in page


def test_who_was_never_looked_at_is_told_so(ben: Person) -> None:
    page = page_of(ben)
    assert "Nobody looked" in page.get_text()
    assert "Show only some" not in page.get_text()


def test_nobody_sees_who_looked_at_somebody_else(amina: Person, ben: Person, boris: Person) -> None:
    look(amina, boris)
    assert lines(page_of(ben)) == []
    client = Client()
    client.force_login(ben)
    assert client.get(f"{PAGE}{last_reading(amina)}/question/").status_code == 404


def test_readings_within_ten_minutes_are_one_line(amina: Person, boris: Person) -> None:
    for minutes, kinds in ((0, "answers"), (4, "files"), (9, "answers"), (40, "answers")):
        look(amina, boris, minutes=minutes, kinds=kinds)
    newest, oldest = lines(page_of(amina))
    assert "3 times" in oldest
    assert "Files" in oldest
    assert "times" not in newest


def test_the_list_comes_in_pages_without_a_gap(
    amina: Person, boris: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "ON_A_PAGE", 20)
    for number in range(45):
        look(amina, boris, minutes=20 * number)
    seen: list[str] = []
    query = ""
    for _page in range(3):
        page = page_of(amina, query)
        seen += [card["aria-labelledby"] for card in page.select("main article.card")]
        onward = page.select_one("main nav a[rel=next], main .pager a, main .govuk-pagination__next a")
        query = str(onward["href"]) if onward else ""
    assert (len(seen), len(set(seen)), query) == (45, 45, "")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?agency=planning", 1),
        ("?purpose=find-case", 1),
        ("?agency=animal-welfare&purpose=work-on-case", 1),
        ("?from=2026-03-03", 1),
        ("?to=2026-03-02", 2),
        ("?who=system", 0),
        ('?agency=x"%25&purpose=%00&after=1-2-3', 0),
    ],
)
def test_the_list_can_be_narrowed(amina: Person, boris: Person, query: str, count: int) -> None:
    look(amina, boris)
    look(amina, boris, minutes=60, purpose="find-case", channel="list")
    look(amina, boris, minutes=24 * 60, agency="planning")
    assert len(lines(page_of(amina, query))) == count


def test_asking_about_a_reading_opens_a_case_and_the_line_says_so(amina: Person, boris: Person) -> None:
    publish_ours("data-request")
    look(amina, boris)
    number = last_reading(amina)
    client = Client()
    client.force_login(amina)
    assert "What do you want to know?" in client.get(f"{PAGE}{number}/question/").content.decode()
    assert client.post(f"{PAGE}{number}/question/", {"asked": "  "}).status_code == 422
    long = client.post(f"{PAGE}{number}/question/", {"asked": "x\r\n" * 1_001}).content.decode()
    assert "Shorten the text to 2,000 characters or fewer." in long
    assert long.count("x\r\n") == 1_001  # nothing that was typed is cut off
    assert client.post(f"{PAGE}{number}/question/", {"asked": "Why was this read?"}).status_code == 302
    case = Case.objects.get(service="data-request")
    assert (case.applicant_id, case.agency_id) == (amina.pk, "data-protection")
    (line,) = lines(page_of(amina, "?who=people"))
    assert "You asked" in line
    assert case.shown_reference in line
    with pytest.raises(AskedAlready):
        question_reading(number, words="Again?", language="en", by=amina, at=NOW)
    with pytest.raises(QuestionMissing):
        question_reading(number, words=" ", language="en", by=amina, at=NOW)


def test_each_line_leads_to_its_proof(amina: Person, boris: Person) -> None:
    look(amina, boris)
    client = Client()
    client.force_login(amina)
    assert client.get(f"/en/my/data/receipts/{last_reading(amina)}/").status_code == 200


def test_readings_are_put_together_by_day_and_office_and_none_is_left_out(
    amina: Person, boris: Person, omar: Person
) -> None:
    for minutes in (0, 60, 24 * 60, 24 * 60 + 60):
        look(amina, boris, minutes=minutes)
    look(amina, omar, minutes=120, agency="planning")
    page = page_of(amina)
    days = [heading.get_text(strip=True) for heading in page.select("main h2")]
    assert days == ["Tuesday, 3 March 2026", "Monday, 2 March 2026"]
    offices = page.select("main details:has(article)")
    assert [" ".join(office.summary.get_text(" ").split()) for office in offices] == [
        "Animal Welfare: read 2 times",
        "Planning: read once",
        "Animal Welfare: read 2 times",
    ]
    assert not any(office.has_attr("open") for office in offices)
    assert len(page.select('main article a[href*="/receipts/"]')) == 5


def test_what_was_read_in_an_emergency_is_open(amina: Person, boris: Person) -> None:
    look(amina, boris, purpose="break-glass")
    (office,) = page_of(amina).select("main details:has(article)")
    assert office.has_attr("open")
    assert "Emergency" in office.summary.get_text()
