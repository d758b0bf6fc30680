"""The pages of an application on its way: where each leads, what the reader sees, and what two tabs and a reload do."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.payments.models import Payment
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
from tests.applying import (
    again,
    begin,
    case_of,
    checkout,
    fill_in,
    pay,
    payment_of,
    provider_says,
    send,
    upload,
)
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
DOG = {
    "dog_name": "Luna",
    "breed": "Mix",
    "dog_born-day": "27",
    "dog_born-month": "3",
    "dog_born-year": "2023",
}


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's browser."""
    client = Client()
    client.force_login(amina)
    return client


def place(application: Application, rest: str = "") -> str:
    return f"/en/applications/{application.id}/{rest}"


def soup(response: HttpResponse) -> Tag:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return found


# --- start -----------------------------------------------------------------------------------------------------------


def test_starting_leads_to_the_first_page(her: Client, amina: Person) -> None:
    assert her.get("/en/apply/dog-licence/").status_code == 200
    assert not Application.objects.exists()
    answer = her.post("/en/apply/dog-licence/")
    assert answer["Location"] == place(Application.objects.get(), "pages/owner/")


def test_what_a_register_filled_in_is_seen_first(client: Client) -> None:
    client.force_login(join("amina@port-lumen.example", name="Amina", password=None, language="en", at=NOW))
    begun = client.post("/en/apply/dog-licence/")["Location"]
    assert begun == place(Application.objects.get(), "pages/owner/")
    assert soup(client.get(begun)).select_one("[name=owner_name]")["value"] == "Amina Haddad"
    assert client.post("/en/apply/dog-licence/")["Location"] == place(Application.objects.get(), "pages/dog/")


def test_pressing_start_twice_gives_one_application(her: Client) -> None:
    assert her.post("/en/apply/dog-licence/")["Location"] == her.post("/en/apply/dog-licence/")["Location"]
    assert Application.objects.count() == 1


def test_whoever_began_is_offered_to_go_on(her: Client, amina: Person) -> None:
    application = begin(amina)
    words = soup(her.get("/en/apply/dog-licence/")).get_text(" ")
    assert "You already began this application" in words
    assert f'href="{place(application)}"' in her.get("/en/apply/dog-licence/").content.decode()


def test_starting_again_deletes_what_was_begun(her: Client, amina: Person) -> None:
    old = fill_in(begin(amina))
    her.post("/en/apply/dog-licence/", {"again": "yes"})
    assert again(old).state == "dropped"
    new = Application.objects.get(state="draft")
    assert open_answers(new.draft) == {"owner_name": amina.name}


def test_a_withdrawn_service_says_so_and_starts_nothing(her: Client) -> None:
    withdraw_service("dog-licence", by=None, at=NOW)
    page = her.get("/en/apply/dog-licence/")
    assert "does not take new applications" in soup(page).get_text(" ")
    assert not soup(page).select("form")
    assert her.post("/en/apply/dog-licence/").status_code == 409
    assert not Application.objects.exists()


def test_starting_again_a_withdrawn_service_deletes_nothing(her: Client, amina: Person) -> None:
    application = begin(amina)
    withdraw_service("dog-licence", by=None, at=NOW)
    her.post("/en/apply/dog-licence/", {"again": "yes"})
    assert again(application).state == "draft"


def test_a_service_that_does_not_exist_is_not_there(her: Client) -> None:
    assert her.get("/en/apply/unicorn-licence/").status_code == 404
    assert her.post("/en/apply/unicorn-licence/").status_code == 404


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_good_page_is_saved_and_leads_on(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina), chip_number=None)
    answer = her.post(place(application, "pages/dog/"), DOG)
    assert answer["Location"] == place(application, "pages/chip/")
    assert open_answers(again(application).draft)["breed"] == "Mix"


def test_a_mistake_shows_the_page_again_with_a_summary_and_keeps_what_was_typed(
    her: Client, amina: Person
) -> None:
    application = fill_in(begin(amina))
    answer = her.post(place(application, "pages/chip/"), {"chip_number": "12 34"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == (
        "#chip_number",
        "The chip number must have exactly 15 digits",
    )
    assert page.title.get_text().startswith("Error: ")
    assert page.select_one("#chip_number")["value"] == "12 34"
    assert open_answers(again(application).draft)["chip_number"] == "941000012345678"


def test_nobody_jumps_ahead(her: Client, amina: Person) -> None:
    application = begin(amina)
    for page in ("dog", "promise", "proof", "nowhere"):
        assert her.get(place(application, f"pages/{page}/"))["Location"] == place(application, "pages/owner/")
    assert her.post(place(application, "pages/dog/"), DOG)["Location"] == place(application, "pages/owner/")
    assert open_answers(again(application).draft) == {"owner_name": "Amina"}


def test_changing_an_answer_leads_back_to_the_check(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    answer = her.post(place(application, "pages/dog/?change"), {**DOG, "dog_name": "Bella"})
    assert answer["Location"] == place(application, "check/")
    assert "Bella" in soup(her.get(place(application, "check/"))).get_text()


def test_an_answer_that_opens_a_new_question_leads_there_first(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    answer = her.post(place(application, "pages/price/?change"), {"neutered": "yes", "assistance": "yes"})
    assert answer["Location"] == place(application, "pages/proof/?change")
    her.post(place(application, "pages/price/?change"), {"neutered": "yes", "assistance": "no"})
    assert "training certificate" not in soup(her.get(place(application, "check/"))).get_text()


def test_after_what_follows_from_a_change_one_is_back_at_the_check(her: Client, amina: Person) -> None:
    """Nobody goes through the whole form again because one answer asked for one more."""
    application = fill_in(begin(amina))
    her.post(place(application, "pages/price/?change"), {"neutered": "yes", "assistance": "yes"})
    page = her.get(place(application, "pages/proof/?change"))
    back = BeautifulSoup(page.content, "html.parser").select_one(".back-link")
    assert back["href"] == place(application, "pages/price/?change")
    answer = her.post(place(application, "pages/proof/?change"), {"certificate": upload("school.pdf")})
    assert answer["Location"] == place(application, "check/")


def test_a_file_is_kept_although_another_answer_is_wrong(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina, "heating-allowance"))
    answer = her.post(
        place(application, "pages/bill/"), {"winter_cost": "a lot", "bill": upload("winter.pdf")}
    )
    assert answer.status_code == 422
    assert "winter.pdf" in soup(answer).get_text()


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("chip_number", "12", "The chip number must have exactly 15 digits"),
        ("chip_number", "941000012345678", ""),
        ("chip_number", "", ""),
    ],
)
def test_a_field_is_checked_as_it_is_left_by_the_same_rule(
    her: Client, amina: Person, field: str, typed: str, says: str
) -> None:
    """The answer is what the page's script looks for: the error as the page would draw it, or nothing."""
    application = begin(amina)
    answer = her.post(place(application, "pages/chip/field/"), {field: typed, "_field": field})
    error = BeautifulSoup(answer.content, "html.parser").select_one(".govuk-error-message")
    assert answer.status_code == 200
    assert (error.get_text(" ", strip=True).removeprefix("Error: ") if error else "") == says
    assert open_answers(again(application).draft) == {"owner_name": "Amina"}


def test_what_a_live_check_says_back_is_no_markup(her: Client, amina: Person) -> None:
    application = begin(amina)
    posted = {"dog_name": "<img src=x>" * 20, "_field": "dog_name"}
    assert b"<img" not in her.post(place(application, "pages/dog/field/"), posted).content


@pytest.mark.parametrize("field", ["", "nothing", "_row", "dog_name"])
def test_a_field_of_another_page_is_not_there(her: Client, amina: Person, field: str) -> None:
    application = begin(amina)
    assert her.post(place(application, "pages/chip/field/"), {"_field": field}).status_code == 404


# --- check and send --------------------------------------------------------------------------------------------------


def test_the_check_shows_everything_and_what_it_costs(her: Client, amina: Person) -> None:
    page = soup(her.get(place(fill_in(begin(amina)), "check/")))
    words = page.get_text(" ", strip=True)
    for shown in ("Luna", "941000012345678", "Licence for one year", "€25.00", "-€10.00", "€15.00"):
        assert shown in words
    assert page.select_one("form button").get_text(strip=True) == "Continue to payment"
    assert {
        link["href"].partition("?")[2].partition("#")[0] for link in page.select(".summary__change a")
    } == {"change"}


def test_the_check_of_an_unfinished_application_leads_to_what_is_missing(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina), chip_number=None)
    for answer in (her.get(place(application, "check/")), her.post(place(application, "check/"))):
        assert answer["Location"] == place(application, "pages/chip/")
    assert again(application).state == "draft"


def test_sending_what_is_free_shows_the_reference_and_the_date(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina), 2)
    assert her.post(place(application, "check/"))["Location"] == place(application, "sent/")
    words = soup(her.get(place(application, "sent/"))).get_text(" ", strip=True)
    assert case_of(application).shown_reference in words
    assert "We plan to decide by 9 March 2026" in words


def test_two_tabs_a_double_click_a_reload_and_the_back_button_make_one_of_each(
    her: Client, amina: Person
) -> None:
    application = fill_in(begin(amina))
    for _press in range(3):
        assert her.post(place(application, "check/"))["Location"] == place(application, "pay/")
    addresses = {her.post(place(application, "pay/"), {"do": "pay"})["Location"] for _press in range(3)}
    assert len(addresses) == 1
    provider_says(payment_of(application))
    for rest in ("pay/", "check/", "pages/dog/", ""):
        her.get(place(application, rest))
        her.post(place(application, rest))
    run_waiting_jobs()
    for rest in ("pay/", "check/", "pages/dog/", ""):
        assert her.get(place(application, rest))["Location"] == place(application, "sent/")
    assert (Application.objects.count(), Payment.objects.count(), Case.objects.count()) == (1, 1, 1)


# --- pay -------------------------------------------------------------------------------------------------------------


def test_paying_shows_the_bill_and_leads_to_the_providers_page(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    words = soup(her.get(place(application, "pay/"))).get_text(" ", strip=True)
    assert "€15.00" in words
    # Nobody is sent to another site without having been told, or without a way to stay.
    assert "You pay on the secure page of our payment provider, then come back here." in words
    assert "Change my answers first" in words
    assert her.post(place(application, "pay/"), {"do": "pay"})["Location"].startswith("/pay/demo/")
    assert payment_of(application).state == "started"


def test_after_a_decline_the_page_says_so_and_offers_to_try_again(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    first = her.post(place(application, "pay/"), {"do": "pay"})["Location"]
    provider_says(payment_of(application), "declined")
    page = her.get(place(application, "sent/"), follow=True)
    told = soup(page).select_one("main .govuk-error-summary")
    assert told is not None
    assert "Your bank declined the payment. No money was taken." in " ".join(told.get_text(" ").split())
    assert told.find_next("h1") is not None  # it comes first
    assert soup(page).select_one("button#pay") is not None
    assert b"<title>Error:" in page.content
    assert her.post(place(application, "pay/"), {"do": "pay"})["Location"] != first


def test_while_the_bank_has_not_answered_the_page_looks_again_by_itself(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    provider_says(checkout(application), "pending")
    assert her.get(place(application, "pay/"))["Location"] == place(application, "sent/")
    assert her.post(place(application, "pay/"), {"do": "pay"})["Location"] == place(application, "sent/")
    page = her.get(place(application, "sent/"))
    assert b'http-equiv="refresh"' in page.content
    assert "Waiting for your bank" in soup(page).get_text()


def test_the_change_button_opens_the_answers_again(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    assert her.post(place(application, "pay/"), {"do": "change"})["Location"] == place(application, "check/")
    assert again(application).state == "draft"


def test_nothing_is_to_be_paid_before_it_is_sent(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    for answer in (her.get(place(application, "pay/")), her.post(place(application, "pay/"), {"do": "pay"})):
        assert answer["Location"] == place(application, "check/")
    assert not Payment.objects.exists()


# --- give up ---------------------------------------------------------------------------------------------------------


def test_giving_up_asks_once_and_then_deletes(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    assert "cannot be undone" in soup(her.get(place(application, "deletion/"))).get_text()
    assert again(application).state == "draft"
    assert her.post(place(application, "deletion/"))["Location"] == "/en/my/"
    for rest in ("", "check/", "pages/dog/", "pay/", "sent/", "deletion/"):
        assert her.get(place(application, rest)).status_code == 404


def test_what_was_sent_cannot_be_given_up(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    pay(application)
    assert her.post(place(application, "deletion/")).status_code == 409
    run_waiting_jobs()
    assert her.post(place(application, "deletion/"))["Location"] == place(application, "sent/")
    assert again(application).state == "sent"


# --- input that nobody means well with -------------------------------------------------------------------------------

HOSTILE = {
    "empty": "",
    "spaces": "   ",
    "huge": "x" * 100_000,
    "right to left": "لونا",
    "turned around": "Lu\u202ena",
    "markup": "<script>alert('x')</script>",
    "template": "{{ 7*7 }}{% raw %}((name))",
    "sql": "'; DROP TABLE forms_draft; --",
    "zero bytes": "Lu\x00na",
    "half a character": "\ud83d",
    "combining": "Z" + "\u0301" * 300,
    "lines": "a\r\nb\nc",
}


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("dog", "dog_name"),
        ("dog", "dog_born-day"),
        ("owner", "owner_address-line_1"),
        ("chip", "chip_number"),
    ],
)
def test_whatever_is_typed_is_kept_or_refused_in_words(
    her: Client, amina: Person, page: str, field: str, typed: str
) -> None:
    application = fill_in(begin(amina))
    body = {
        **DOG,
        "owner_name": "Amina",
        "owner_address-line_1": "Quay Street 12",
        "owner_address-town": "Port Lumen",
        "owner_address-postcode": "08039",
        "chip_number": "941000012345678",
        field: typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    }
    answer = her.post(place(application, f"pages/{page}/"), body)
    assert answer.status_code in {302, 422}
    shown = her.get(place(application, "check/")) if answer.status_code == 302 else answer
    assert b"<script>alert" not in shown.content
    assert "\u202e" not in shown.content.decode()
    if answer.status_code == 422:
        assert BeautifulSoup(answer.content, "html.parser").select(".govuk-error-summary a")


@pytest.mark.parametrize(
    ("born", "is_fine"), [("29 2 2020", True), ("29 2 2023", False), ("31 4 2020", False), ("1 1 1", False)]
)
def test_a_leap_day_is_a_day_and_others_are_not(her: Client, amina: Person, born: str, is_fine: bool) -> None:
    day, month, year = born.split()
    body = {**DOG, "dog_born-day": day, "dog_born-month": month, "dog_born-year": year}
    answer = her.post(place(fill_in(begin(amina)), "pages/dog/"), body)
    assert answer.status_code == (302 if is_fine else 422)


def test_more_fields_than_any_form_has_are_not_read(her: Client, amina: Person) -> None:
    body = {f"field{number}": "x" for number in range(3000)}
    assert her.post(place(begin(amina), "pages/owner/"), body).status_code == 400


def test_another_language_shows_the_same_application(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    for language, direction in (("es", "ltr"), ("ar", "rtl")):
        page = BeautifulSoup(
            her.get(f"/{language}/applications/{application.id}/check/").content, "html.parser"
        )
        assert (page.html["lang"], page.html["dir"]) == (language, direction)
        assert "Luna" in page.get_text()


def test_pages_of_an_application_are_kept_by_nobody(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    for rest in ("pages/dog/", "check/"):
        assert her.get(place(application, rest))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_taken(her: Client, amina: Person, method: str) -> None:
    assert getattr(her, method)(place(begin(amina), "check/")).status_code == 405


def test_a_form_without_its_token_is_not_believed(amina: Person) -> None:
    strict: Any = Client(enforce_csrf_checks=True)
    strict.force_login(amina)
    application = fill_in(begin(amina), 2)
    answer = strict.post(place(application, "check/"))
    assert answer.status_code == 403
    assert again(application).state == "draft"


def test_the_browser_may_come_back_to_a_page_with_a_mistake(her: Client, amina: Person) -> None:
    answer = her.post(place(begin(amina), "pages/owner/"), {})
    assert (answer.status_code, answer["Cache-Control"]) == (422, "private, no-cache")


def test_whoever_comes_back_later_keeps_what_is_valid(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina))
    later = {**DOG, "dog_name": "Bella", "dog_born-year": "x", "_later": "yes"}
    answer = her.post(place(application, "pages/dog/"), later)
    assert answer["Location"] == f"/en/applications/{application.pk}/later/"
    kept = open_answers(again(application).draft)
    assert (kept["dog_name"], kept["dog_born"]) == ("Bella", open_answers(application.draft)["dog_born"])


def test_a_page_that_another_window_took_away_says_that_it_was_not_saved(her: Client, amina: Person) -> None:
    application = begin(amina)
    page = her.post(place(application, "pages/proof/"), {"x": "1"}, follow=True)
    assert "so this page was not saved" in page.content.decode()
    sent = send(fill_in(application))
    page = her.post(place(sent, "pages/dog/"), DOG, follow=True)
    assert "so this page was not saved" in page.content.decode()


def test_whoever_comes_back_before_the_bank_speaks_may_still_pay(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    checkout(application)
    words = soup(her.get(place(application, "sent/"))).get_text(" ")
    assert "If you did not pay, go back to the payment page" in words
    assert "You do not have to pay again" not in words
    page = her.get(payment_of(application).leave_to)
    assert "Nothing was charged" in soup(page).get_text(" ")


def test_the_confirmation_names_all_that_paper_should(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    pay(application)
    run_waiting_jobs()
    page = soup(her.get(place(application, "sent/")))
    words = page.get_text(" ")
    for said in ("Dog licence", amina.name, "Luna", "€15.00", case_of(application).shown_reference):
        assert said in words
    assert page.select_one("[data-print]")


def test_starting_again_asks_once(her: Client, amina: Person) -> None:
    application = begin(amina)
    link = soup(her.get("/en/apply/dog-licence/")).select_one("a[href$='?again']")
    form = soup(her.get(link["href"])).select_one("form[action]")
    her.post(form["action"], {"again": form.select_one("[name=again]")["value"]})
    assert again(application).state == "dropped"
    assert Application.objects.filter(state="draft").count() == 1


def test_only_a_page_that_was_filled_in_says_so(her: Client, amina: Person) -> None:
    application = begin(amina)
    said = "We filled in what we know about you"
    assert said in soup(her.get(place(application, "pages/owner/"))).get_text(" ")
    assert said not in soup(her.get(place(fill_in(application), "pages/owner/"))).get_text(" ")
