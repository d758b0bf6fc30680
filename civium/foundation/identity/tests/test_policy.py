"""What each page demands of its visitor."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from civium.foundation.identity import checks
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import anyone, demo_town, open_to, signed_in, staff
from civium.foundation.kit.refusals import NotFound


def _visit(policy: object, person: object) -> HttpResponse:
    @open_to(policy)  # type: ignore[arg-type]
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("inside")

    request = RequestFactory().get("/en/somewhere/?a=1")
    request.user = person  # type: ignore[assignment]
    return view(request)  # type: ignore[return-value]


def test_anyone_may_read_a_public_page() -> None:
    assert _visit(anyone, AnonymousUser()).content == b"inside"


@pytest.mark.django_db
def test_an_anonymous_visitor_is_sent_to_sign_in_and_back() -> None:
    answer = _visit(signed_in, AnonymousUser())
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/en/somewhere/%3Fa%3D1")


@pytest.mark.django_db
def test_whoever_sends_a_form_too_late_comes_back_to_the_page_it_stood_on(
    client: Client, boris: Person
) -> None:
    def where(page: str, mode: str = "navigate") -> str:
        sent = client.post(
            "/en/desk/cases/AAAABBBB/notes/", headers={"Referer": page, "Sec-Fetch-Mode": mode}
        )
        return parse_qs(urlsplit(sent["Location"]).query)["next"][0]

    ours = f"{settings.CIVIUM_ORIGIN}/en/desk/?which=mine"
    assert where(ours, mode="cors") == "/en/desk/?which=mine"
    assert "before this was sent" not in client.get("/en/account/login/").content.decode()
    assert where("https://elsewhere.example/en/desk/") == "/en/desk/cases/AAAABBBB/notes/"
    assert where(ours) == "/en/desk/?which=mine"
    assert "before this was sent" in client.get("/en/account/login/").content.decode()


def test_a_citizen_is_told_that_a_staff_page_is_not_there(amina: Person) -> None:
    with pytest.raises(NotFound):
        _visit(staff("clerk"), amina)


def test_a_role_opens_its_page(boris: Person) -> None:
    assert _visit(staff("clerk", "officer"), boris).content == b"inside"
    with pytest.raises(NotFound):
        _visit(staff("administrator"), boris)


@override_settings(CIVIUM_DEMO=False)
def test_demo_pages_are_not_there_outside_the_demo() -> None:
    with pytest.raises(NotFound):
        _visit(demo_town, AnonymousUser())


def test_every_url_of_the_site_has_a_policy() -> None:
    assert checks.every_url_has_a_policy(None) == []


urlpatterns = [path("open/", lambda request: HttpResponse("oops"))]


@override_settings(ROOT_URLCONF=__name__)
def test_a_url_without_a_policy_is_named() -> None:
    assert [str(problem.msg) for problem in checks.every_url_has_a_policy(None)] == [
        "/open/ declares no policy"
    ]
