"""The site's own pages are found in people's words, in each language, and what is found leads there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.test import Client

from civium.doors.portal.searchable import find_help_pages
from civium.engines.search.queries import search
from civium.engines.search.schema import HELP
from civium.journeys.catalogue.queries import find_offers
from tests.offer import publish_ours

pytestmark = pytest.mark.django_db

RESET, SECURITY, MANDATES = "/account/password/reset/", "/my/sign-in/", "/my/mandates/"
PRIVACY, COOKIES = "/privacy/", "/privacy/cookies/"
CERTIFICATES, RECEIPTS, CODE = "/certificates/", "/check/record/", "/come-back/"

ASKED = {
    "en": [
        ("forgot my password", RESET),
        ("forgotten passwords", RESET),
        ("forgot my pasword", RESET),
        ("reset password", RESET),
        ("I lost my phone", SECURITY),
        ("lost my authenticator", SECURITY),
        ("log in", "/account/login/"),
        ("create an account", "/account/signup/"),
        ("privacy", PRIVACY),
        ("what you hold about me", PRIVACY),
        ("cookies", COOKIES),
        ("cookie", COOKIES),
        ("accessibility statement", "/accessibility/"),
        ("screen reader", "/accessibility/"),
        ("certificate check", CERTIFICATES),
        ("is this certificate real", CERTIFICATES),
        ("check a receipt", RECEIPTS),
        ("act for my mother", MANDATES),
        ("act for mum", MANDATES),
        ("power of attorney", MANDATES),
        ("who looked at my data", "/my/data/who-looked/"),
        ("download my data", "/my/data/export/"),
        ("go on with my application", CODE),
        ("contact", "/#foot-talk"),
        ("apply at the counter", "/#foot-talk"),
        ("api", "/api/"),
    ],
    "es": [
        ("olvidé mi contraseña", RESET),
        ("olvide mi contrasena", RESET),
        ("contraseñas", RESET),
        ("perdí mi móvil", SECURITY),
        ("entrar", "/account/login/"),
        ("crear cuenta", "/account/signup/"),
        ("privacidad", PRIVACY),
        ("accesibilidad", "/accessibility/"),
        ("cookies", COOKIES),
        ("comprobar un certificado", CERTIFICATES),
        ("comprobar justificante", RECEIPTS),
        ("actuar por mi madre", MANDATES),
        ("quién ha mirado mis datos", "/my/data/who-looked/"),
        ("descargar mis datos", "/my/data/export/"),
        ("seguir con un código", CODE),
        ("ventanilla", "/#foot-talk"),
        ("API", "/api/"),
    ],
    "ar": [
        ("نسيت كلمة المرور", RESET),
        ("كلمة السر", RESET),
        ("فقدت هاتفي", SECURITY),
        ("تسجيل الدخول", "/account/login/"),
        ("إنشاء حساب", "/account/signup/"),
        ("الخصوصية", PRIVACY),
        ("كوكيز", COOKIES),
        ("التحقق من شهادة", CERTIFICATES),
        ("التحقق من إيصال", RECEIPTS),
        ("نيابة عن أمي", MANDATES),
        ("من اطلع على بياناتي", "/my/data/who-looked/"),
        ("نسخة من بياناتي", "/my/data/export/"),
        ("المتابعة برمز", CODE),
        ("الشباك", "/#foot-talk"),
        ("API", "/api/"),
    ],
}
SERVICES = [
    ("en", "dog licence", "dog-licence"),
    ("en", "dog", "dog-licence"),
    ("en", "heating", "heating-allowance"),
    ("en", "help with bills", "heating-allowance"),
    ("en", "building permit", "building-permit"),
    ("en", "birth certificate", "birth-certificate"),
    ("en", "certificate of birth", "birth-certificate"),
    ("en", "pay a fine", "parking-fine"),
    ("en", "library card", "library-card"),
    ("en", "change of address", "change-of-address"),
    ("en", "delete my account", "data-request"),
    ("en", "correct my data", "data-request"),
    ("en", "open a shop", "business-licence"),
    ("en", "mattress", "bulky-waste"),
    ("es", "licencia para perros", "dog-licence"),
    ("es", "ayuda", "heating-allowance"),
    ("es", "calefaccion", "heating-allowance"),
    ("es", "certificado de nacimiento", "birth-certificate"),
    ("es", "multa", "parking-fine"),
    ("ar", "رخصة كلب", "dog-licence"),
    ("ar", "تدفئة", "heating-allowance"),
    ("ar", "شهادة ميلاد", "birth-certificate"),
]


@pytest.fixture
def whole_offer(db: None) -> None:
    """All services of the demo town."""
    publish_ours(*sorted(each.parent.name for each in Path(settings.CIVIUM_SERVICES).glob("*/service.yaml")))


def page_of(client: Client, language: str, query: str) -> BeautifulSoup:
    response = client.get(f"/{language}/search/?q={quote(query)}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def results(page: BeautifulSoup) -> list[Tag]:
    return list(page.select("li.result"))


def addresses(page: BeautifulSoup) -> list[str]:
    return [str(each.select_one("a")["href"]) for each in results(page)]  # type: ignore[index]


@pytest.mark.parametrize("language", list(ASKED))
@pytest.mark.usefixtures("whole_offer")
def test_the_sites_own_pages_are_found(client: Client, language: str) -> None:
    missed = {}
    for query, wanted in ASKED[language]:
        found = addresses(page_of(client, language, query))[:2]
        if f"/{language}{wanted}" not in found:
            missed[query] = found
    assert missed == {}


@pytest.mark.usefixtures("whole_offer")
def test_services_stay_first_for_what_they_are_called(client: Client) -> None:
    missed = {}
    for language, query, service in SERVICES:
        found = addresses(page_of(client, language, query))[:1]
        if found != [f"/{language}/services/{service}/"]:
            missed[query] = found
    assert missed == {}


@pytest.mark.usefixtures("whole_offer")
def test_no_help_comes_before_services_for_their_own_words() -> None:
    """Titles and keywords of every service; those of asking about one's data are the words of those pages too."""
    asked = {
        (language, word)
        for offer in find_offers()
        if offer.name != "data-request"
        for language, texts in offer.texts.items()
        for word in (texts.title, *texts.keywords)
    }
    assert len(asked) > 400
    first = {each: search(each[1], language=each[0], limit=1).hits[0] for each in asked}
    assert {each: hit.id for each, hit in first.items() if hit.source == HELP} == {}


@pytest.mark.usefixtures("whole_offer")
def test_a_password_is_not_taken_for_a_passport_nor_the_reverse(client: Client) -> None:
    for query in ("forgot my password", "password", "forgotten passwords", "passport papers"):
        assert page_of(client, "en", query).select("[role=status] a") == []
    assert "/en/services/birth-certificate/" not in addresses(page_of(client, "en", "forgot my password"))[:1]
    assert f"/en{RESET}" not in addresses(page_of(client, "en", "passport"))[:1]


@pytest.mark.usefixtures("whole_offer")
def test_an_error_in_a_word_of_help_is_offered_as_meant(client: Client) -> None:
    meant = page_of(client, "en", "forgot my pasword").select_one("[role=status] a")
    assert meant is not None
    assert meant.get_text() == "forgot my password"


@pytest.mark.usefixtures("demo_services")
@pytest.mark.parametrize(("language", "kind"), [("en", "Help"), ("es", "Ayuda"), ("ar", "المساعدة")])
def test_a_result_says_that_it_is_help(client: Client, language: str, kind: str) -> None:
    found = results(page_of(client, language, "API"))
    assert [each.get_text() for each in found[0].select("p.meta")][:1] == [kind]
    services = [
        each
        for each in results(page_of(client, "en", "dog licence"))
        if "/services/" in str(each.select_one("a")["href"])  # type: ignore[index]
    ]
    assert services
    assert not any(line.get_text() == "Help" for each in services for line in each.select("p.meta"))


def test_what_is_found_in_another_language_is_shown_in_the_readers(client: Client) -> None:
    first = results(page_of(client, "ar", "contraseña"))[0].select_one("h3")
    assert first is not None
    assert first.get_text() == "نسيت كلمة المرور"
    assert not first.has_attr("lang")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_each_address_opens_or_leads_through_the_sign_in(client: Client, language: str) -> None:
    pages = {each.address for each in find_help_pages() if each.language == language}
    assert len(pages) > 15
    for address in pages:
        response = client.get(f"/{language}{address}")
        if response.status_code == 302:
            assert urlsplit(response["Location"]).path == f"/{language}/account/login/"
        else:
            assert response.status_code == 200, address
            place = address.partition("#")[2]
            assert not place or f'id="{place}"' in response.content.decode()


def test_every_page_is_told_of_in_every_language_of_the_site() -> None:
    told = {(each.id, each.language) for each in find_help_pages() if all(each.fields.values())}
    names = {name for name, _language in told}
    assert told == {
        (name, language)
        for name in names
        for language in ("en", "es", "ar")
        if language in dict(settings.LANGUAGES)
    }
    assert len(told) == len(find_help_pages())
